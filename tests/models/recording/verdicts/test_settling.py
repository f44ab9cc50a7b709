"""Many verdicts that change at once are settled as one by one, and the database is read as often as for a few."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, delete, select

from bench.listeners import counting
from models.database.engine import Database
from models.events import Observation
from models.record import record
from models.rules.status import Verdict
from models.tables import Commit, Incident, Plugin, SourceVerdict, Status, StoryEntry
from tests.world import BAD, GOOD, World, make_world, saw

PLUGINS = [f"plugin-{n:02}" for n in range(24)]
PLACES = [(n, branch) for n in range(4) for branch in ("main", "dev")]
ERRORS = ["it broke", "it broke again"]
# Digits do not count in an error.
_LETTERS = str.maketrans("0123456789", "abcdefghij")
TOLD_OF = [
    "origin",
    "verdict",
    "opened_at",
    "updated_at",
    "resolved_at",
    "times",
    "bad_plugin_sha",
    "last_plugin_sha",
    "good_plugin_sha",
    "suspect",
    "failing_sites",
]


@pytest.fixture
def world(database: Database, now: datetime) -> World:
    return make_world(database, now, *PLUGINS)


def test_a_rush_of_breakages_and_recoveries_reads_as_often_as_three_of_them(world: World) -> None:
    # From three on they are told as one outbreak.
    rushes = PLUGINS[:3], PLUGINS[3:6], PLUGINS[6:]
    costs = [_reads_of_a_rush(world, names) for names in rushes]
    assert costs[1] == costs[2]


def test_a_breakage_takes_no_more_statements_than_it_needs(world: World) -> None:
    # While they run, nobody else may change a state. The numbers may only fall.
    first, alone, of_twenty = (
        _statements_of_breakages(world, names)
        for names in (PLUGINS[:1], PLUGINS[1:2], PLUGINS[2:22])
    )
    assert first >= alone
    # On SQLite one takes what was left to announce.
    assert (alone, of_twenty) == ((20, 20) if world.database.is_sqlite else (21, 21))


def test_what_joins_an_outbreak_takes_no_more_statements_than_it_needs(world: World) -> None:
    # All say the same, so that each card and each list of members is one for all. The numbers may only fall.
    _statements_of_breakages(world, PLUGINS[:3], "one and the same error")
    costs = [
        _statements_of_breakages(world, names, "one and the same error")
        for names in (PLUGINS[3:4], PLUGINS[4:24])
    ]
    most = 32 if world.database.is_sqlite else 33
    assert costs == [most, most]


def test_causes_are_gathered_by_one_statement_however_many_there_are(world: World) -> None:
    # Each says what none else does, and so is a cause of its own.
    _, few, many = (
        _statements_of_breakages(world, names, "could not load {}")
        for names in (PLUGINS[:1], PLUGINS[1:3], PLUGINS[3:23])
    )
    assert few == many


def _statements_of_breakages(
    world: World,
    names: Sequence[str],
    error: str = "NoMethodError: undefined method `{}word' for nil",
) -> int:
    """How many statements it takes to record that these plugins break, each in a way of its own."""
    world.now += timedelta(minutes=1)
    words = [name.removeprefix("plugin-").translate(_LETTERS) for name in names]
    lines = [
        saw(name, "broken", BAD, error.format(word))
        for name, word in zip(names, words, strict=True)
    ]
    with world.database.write() as session, counting(session) as statements:
        record(session, [world.a_report(*lines, host=names[0])], world.now)
        return len(statements)


def _reads_of_a_rush(world: World, names: Sequence[str]) -> list[int]:
    """How often the database is read while they work, break, break once more, and work again."""
    reads = []
    for turn, verdict in enumerate((GOOD, BAD, BAD, GOOD)):
        world.now += timedelta(days=2)
        lines = [saw(name, f"commit-{turn}", verdict, f"{name} broke") for name in names]
        with world.database.write() as session, counting(session) as statements:
            record(session, [world.a_report(*lines)], world.now)
            reads.append(sum(str(each).lstrip().startswith("SELECT") for each in statements))
    return reads


lines = st.dictionaries(
    st.sampled_from(PLACES),
    st.tuples(st.sampled_from("abc"), st.sampled_from(Verdict), st.sampled_from(ERRORS)),
    min_size=1,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(batches=st.lists(st.tuples(lines, st.sampled_from([1, 30])), min_size=1, max_size=5))
def test_settling_many_at_once_is_settling_one_after_the_other(
    world: World, batches: list[tuple[dict[tuple[int, str], tuple[str, Verdict, str]], int]]
) -> None:
    _forget(world.database)
    for batch, hours in batches:
        world.now += timedelta(hours=hours)
        together = [_line(PLUGINS[place], *seen) for place, seen in _each(batch)]
        apart = [_line(PLUGINS[10 + place], *seen) for place, seen in _each(batch)]
        with world.database.write() as session:
            record(session, [world.a_report(*together)], world.now)
            for line in apart:
                record(session, [world.a_report(line)], world.now)
    with world.database.read() as session:
        assert _state(session, PLUGINS[:10]) == _state(session, PLUGINS[10:20])


def _each(
    batch: dict[tuple[int, str], tuple[str, Verdict, str]],
) -> list[tuple[int, tuple[str, str, Verdict, str]]]:
    return [(place, (branch, *seen)) for (place, branch), seen in batch.items()]


def _line(name: str, branch: str, sha: str, verdict: Verdict, error: str) -> Observation:
    if not verdict.broken:
        return saw(name, sha, verdict, branch=branch)
    # In words of its own, or one would confirm another; and in letters, for digits are left out of a fingerprint.
    place = "".join("abcdefghij"[int(digit)] for digit in name[-2:])
    return saw(name, sha, BAD, f"{error} in {place} on {branch}", branch)


def _forget(database: Database) -> None:
    """Begin every example with nothing known."""
    with database.write() as session:
        for table in (StoryEntry, Incident, Status, SourceVerdict, Commit):
            session.exec(delete(table))


def _state(session: Session, names: Sequence[str]) -> list[tuple[object, ...]]:
    """The statuses, and the incidents with their stories, of these plugins."""
    places = {
        row.id: names.index(row.handle)
        for row in session.exec(select(Plugin).where(col(Plugin.handle).in_(names)))
    }
    statuses = [
        (places[row.plugin_id], row.plugin_branch, row.verdict, row.changed_at)
        for row in session.exec(select(Status).where(col(Status.plugin_id).in_(places)))
    ]
    incidents = [
        (
            places[row.plugin_id],
            row.plugin_branch,
            *(getattr(row, name) for name in TOLD_OF),
            (row.message or "").partition(" in ")[0],
            _story(session, row),
        )
        for row in session.exec(select(Incident).where(col(Incident.plugin_id).in_(places)))
    ]
    return [*sorted(statuses), *sorted(incidents, key=str)]


def _story(session: Session, incident: Incident) -> list[tuple[str, datetime, bool, str]]:
    entries = session.exec(
        select(StoryEntry).where(StoryEntry.incident_id == incident.id).order_by(col(StoryEntry.id))
    )
    return [(each.kind, each.at, each.quiet, each.plugin_sha) for each in entries]
