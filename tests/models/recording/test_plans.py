"""How PostgreSQL finds what a batch of reports is about where much is known: by keys, however its lines are joined."""

import re
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session

from models.database import bulk
from models.database.engine import Database
from models.recording.guard import context, statements
from models.recording.telling import rush_members
from models.recording.verdicts import allowance, doubting, failing_alike, key_states, proving
from models.rules.incidents import MOST_STEPS_OF_KEY, STEPS_WITHIN
from tests.models.queries.test_incident_steps import FILL as OPEN_INCIDENTS
from tests.postgresql import Copies
from tests.world import GOOD, World, make_world, saw

HANDLES = [f"plugin-{letter}" for letter in "abcdefghij"]
# For each plugin a hundred branches on three host branches, a hundred sites, and a thousand commits.
FILL = (
    """INSERT INTO source_verdict (plugin_id, plugin_branch, host_branch, source, verdict, plugin_sha, host_sha,
                                    changed_at, seen_at, expired, good_rounds)
       SELECT p.id, 'branch-' || n, 'host-' || mod(n, 3), 'guard', 'compatible', 'a', 'b', :now, :now, false, 0
       FROM plugin p, generate_series(1, 300) n""",
    """INSERT INTO site (kind, domain, host_branch, host_sha, key_id, seen_at)
       SELECT 'client', 'site-' || n, 'host-1', 'b', k.id, :now FROM api_key k, generate_series(1, 1000) n""",
    """INSERT INTO installation (site_id, plugin_id, verdict, plugin_branch, plugin_sha, host_branch, host_sha, said_at)
       SELECT s.id, p.id, 'compatible', 'main', 'a', 'host-1', 'b', :now FROM site s, plugin p
       WHERE s.kind = 'client' AND mod(s.id, 10) = mod(p.id, 10)""",
    """INSERT INTO commit_seen (line, sha, first_seen_at)
       SELECT 'plugin:' || p.id, 'sha-' || n, :now FROM plugin p, generate_series(1, 1000) n""",
)


@pytest.fixture
def grown(copies: Copies, now: datetime) -> Iterator[World]:
    """A world in which much is known, as PostgreSQL knows too."""
    url = copies.create()
    with closing(Database(url)) as database:
        world = make_world(database, now, *HANDLES)
        world.record(world.a_report(*(saw(handle, "1", GOOD) for handle in HANDLES)))
        with database.write() as session:
            for sql in FILL:
                bulk.run(session, sql, now=now)
            bulk.run(session, "ANALYZE")
        yield world
    copies.drop(url)


KEY = (1, "main", "tests-passed")
LINES = {
    "said": [(1, 1, "main", "a", "host-1", "b", 1)],
    "judged": [(1, "main", "host-1", "a", "b")],
}


def _of_lines() -> str:
    return bulk._together(tuple(statements.ANEW.values()), "", sqlite=False)


def test_what_a_batch_is_about_is_found_by_keys(grown: World) -> None:
    report = grown.a_report(*(saw(handle, "2", GOOD) for handle in HANDLES))
    times = context.times_around(grown.now)
    looked_up: dict[str, tuple[Mapping[str, str], dict[str, Any]]] = {
        "named": (statements.NAMED, context.rows_naming([report])),
        "context": (statements.CONTEXT, {"places": [(1, 1)], "verdicts": [KEY]}),
    }
    with grown.database.read() as session:
        plans = {
            name: _plan(
                session,
                bulk._together(tuple(selects.values()), "", sqlite=False),
                **values,
                **times,
            )
            for name, (selects, values) in looked_up.items()
        }
    assert _read_wholly(plans) == {name: set() for name in plans}


def test_what_a_batch_leads_to_is_found_by_keys(grown: World) -> None:
    made = {
        "origin": "guard",
        "domain": "canary.example.com",
        "made_since": grown.now - STEPS_WITHIN,
        "most": MOST_STEPS_OF_KEY,
    }
    asked: dict[str, tuple[str, dict[str, Any]]] = {
        "said and judged again": (_of_lines(), {**LINES, **context.times_around(grown.now)}),
        "who is awaited": (statements.HISTORY["awaited"][1], {"keys": [KEY]}),
        "commits": (statements.HISTORY["commits"][1], {"commits": [("plugin:1", "sha-1")]}),
        "what was said": (key_states.SAID["said"][1], {"keys": [KEY]}),
        "steps of a key": (allowance.MADE["made"][1], made),
    }
    with grown.database.read() as session:
        plans = {name: _plan(session, sql, **values) for name, (sql, values) in asked.items()}
    assert _read_wholly(plans) == {name: set() for name in plans}


@pytest.fixture
def young(copies: Copies) -> Iterator[Database]:
    """A database in which there is nothing, when statements are planned that are used once there is much."""
    url = copies.create()
    with closing(Database(url)) as database:
        yield database
    copies.drop(url)


def test_plans_of_a_young_database_find_what_a_line_is_about_by_its_plugin(
    young: Database, now: datetime
) -> None:
    times = context.times_around(now)
    of_moving = bulk._together(tuple(statements.CONTEXT.values()), "", sqlite=False)
    with young.write() as session:
        plans = (
            _plan(session, _of_lines(), **LINES, **times),
            _plan(session, of_moving, places=[(1, 1)], verdicts=[KEY], **times),
            _plan(session, statements.HISTORY["awaited"][1], keys=[KEY]),
        )
    tables = {"source_verdict": "host_branch", "installation": "site_id", "incident": "branch"}
    read = re.findall(rf"on ({'|'.join(tables)})\b.*\n +(.*)", "".join(plans))
    assert {table for table, _ in read} == {*tables}
    assert [found for _, found in read if not found.startswith("Index Cond: ")] == []
    assert [found for table, found in read if tables[table] not in found] == []
    assert [found for _, found in read if "plugin_id" not in found] == []


ALIKE = (doubting.ALIKE["alike"][1], {"words": [("words", 0)]})
NEAR = {f"near_{whom}_{end}": "2026-03-14" for whom in ("all", "any") for end in ("since", "until")}
KNOWN = (
    failing_alike.KNOWN["known"][1],
    {
        "words": [("words",)],
        "ranges": [("stable", "sha")],
        "asked": [(1, *KEY[:2], "words")],
        "told_apart": 3,
        "each_of_them": False,
        **NEAR,
    },
)


def test_a_database_without_statistics_finds_what_fails_alike_by_its_words_and_its_host(
    young: Database, now: datetime
) -> None:
    make_world(young, now, "solved")
    with young.write() as session:
        bulk.run(session, OPEN_INCIDENTS[0], now=now, number=10_000)
        plans = [_plan(session, sql, **values) for sql, values in (ALIKE, KNOWN)]
    by = [_searched(plan) for plan in plans]
    assert by == [["fingerprint"], ["bad_host_sha", "fingerprint", "id"]]


def test_a_database_in_which_nothing_has_broken_yet_finds_what_fails_alike_by_its_words(
    young: Database,
) -> None:
    with young.write() as session:
        plans = [_plan(session, sql, **values) for sql, values in (ALIKE, KNOWN)]
    by = [_searched(plan) for plan in plans]
    assert by == [["fingerprint"], ["bad_host_sha", "fingerprint", "id"]]


@pytest.mark.parametrize("steps", [0, 10_000])
def test_a_database_without_statistics_counts_the_steps_of_a_key_by_who_said_them(
    young: Database, now: datetime, steps: int
) -> None:
    made = {
        "origin": "guard",
        "domain": "canary.example.com",
        "made_since": now - STEPS_WITHIN,
        "most": MOST_STEPS_OF_KEY,
    }
    make_world(young, now, "solved")
    with young.write() as session:
        for sql in OPEN_INCIDENTS[:2] if steps else ():
            bulk.run(session, sql, now=now, number=steps)
        plan = _plan(session, allowance.MADE["made"][1], **made)
    (found,) = re.findall(r"on story_entry\b.*\n +((?:Index|Recheck) Cond: .*)", plan)
    assert "sayer" in found
    assert "at > " in found


def test_sqlite_finds_what_fails_alike_by_its_words_and_its_host(sqlite_template: Path) -> None:
    with closing(Database(f"sqlite:///{sqlite_template}")) as database, database.read() as session:
        plans = [
            str(bulk.run(session, "EXPLAIN QUERY PLAN " + sql, **values))
            for sql, values in (ALIKE, KNOWN)
        ]
    for plan in plans:
        assert "SEARCH i USING INDEX open_incident_in_words (fingerprint=?)" in plan
        assert "SCAN i" not in plan
    assert "SEARCH i USING INDEX open_incident_by_host (bad_host_sha=?)" in plans[1]


def test_a_database_without_statistics_finds_what_lists_of_a_rush_tell_by_its_numbers(
    young: Database, now: datetime
) -> None:
    make_world(young, now, "solved")
    found = bulk._together(tuple(rush_members.FOUND.values()), rush_members.NAMED, sqlite=False)
    with young.write() as session:
        bulk.run(session, OPEN_INCIDENTS[0], now=now, number=10_000)
        plan = _plan(session, found, lists=[(1,)], joining=[(1,)])
    assert "Index Cond: (lead_id = " in plan
    assert re.findall(r"Seq Scan on (incident|rush|rush_member)\b", plan) == []


def test_sqlite_reads_only_the_incidents_that_accuse_both(sqlite_template: Path) -> None:
    # Whatever breaks asks for them; all that is open may be ten thousands.
    sql = "EXPLAIN QUERY PLAN " + proving.EVIDENCE["evidence"][1]
    with closing(Database(f"sqlite:///{sqlite_template}")) as database, database.read() as session:
        plan = str(bulk.run(session, sql, recurs_since=""))
    assert "SCAN incident USING INDEX incident_without_proof" in plan
    assert plan.count("SCAN incident") == 1


def _searched(plan: str) -> list[str]:
    """By which column each search of the incidents begins; how it goes on, where it is no search."""
    found = re.findall(r"Scan (?:using \w+ )?on incident\b.*\n +(.*)", plan)
    return sorted(re.sub(r"^Index Cond: \(\(?(\w+)\b.*", r"\1", line) for line in found)


def _read_wholly(plans: Mapping[str, str]) -> dict[str, set[str]]:
    return {name: _read_whole(plan) for name, plan in plans.items()}


def _plan(session: Session, sql: str, **values: object) -> str:
    rows = bulk.run(session, "EXPLAIN " + sql, **values)
    return "\n".join(str(row[0]) for row in rows)


def _read_whole(plan: str) -> set[str]:
    """The large tables that are read from their beginning to their end."""
    return set(re.findall(r"Seq Scan on (source_verdict|site|installation|commit_seen)\b", plan))
