"""The worst of many: the same as of all that is read whole, sorted, filtered and counted."""

import re
from collections import Counter
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

import pytest
import sqlalchemy
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlmodel import delete

from models import queries
from models.database.engine import Database, Session, go_by_indexes
from models.events.silence import Overdue
from models.operating.usage import changed_sites, write_sites
from models.queries import list_pages
from models.queries.host_branches import branch_order, reported_branches
from models.queries.list_pages import (
    page_of_list,
    tag_counts,
    tagged,
    tally_of_list,
    verdicts_of_list,
)
from models.queries.master_list_lines import unsure_lines
from models.queries.plugins import lines_of
from models.queries.searching import PluginSearch, plugins_found
from models.record import record
from models.recording.verdicts.changes import Key
from models.recording.verdicts.hearing import Said, note_verdict
from models.recording.verdicts.key_states import set_statuses
from models.recording.verdicts.standing import renew_standings
from models.rules.blame import Pair
from models.rules.ecosystems import Ecosystem
from models.rules.list_order import ListOrder, SearchOrder
from models.rules.privacy import PUBLIC, Clearance
from models.rules.sources import DESCRIPTORS, IN_REPOSITORY, JudgingSource
from models.rules.status import Verdict
from models.tables import Incident, MasterListLine, Plugin, Repository, SourceVerdict, StatisticDay
from models.views import PluginLine
from tests.explained import asked_from_now, plans
from tests.hub import a_repository
from tests.world import a_plugin

BRANCHES = ("stable", "beta", "tests-passed")
EVERY_PLUGIN = Clearance(inside=True, every_plugin=True)
PLUGINS = 24


@pytest.fixture
def mixed(database: Database, now: datetime) -> Database:
    """Plugins of which any source says anything, lately or too long ago; every sixth one is private."""
    with database.write() as session:
        for n in range(PLUGINS):
            session.add(_plugin(session, n, now))
            session.flush()
            for place, source in enumerate(JudgingSource):
                if (n + place) % 3:
                    session.add(_said(n, place, source, now))
            for branch in BRANCHES[: n % 4]:
                session.add(_incident(n, branch, now))
        renew_standings(session, range(1, PLUGINS + 1))
    return database


def _plugin(session: Session, n: int, now: datetime) -> Plugin:
    plugin = a_plugin(f"plugin-{n:02}", now)
    plugin.id = n + 1
    plugin.name = f"Großes {n}" if n % 5 == 0 else f"Plugin {n}"
    plugin.about = f"What {n} is for" if n % 4 else None
    plugin.tags = ["Chat", "größer"] if n % 2 else []
    plugin.path = "plugins/bundled" if n % 3 == 0 else ""
    if n % 6 == 0:
        plugin.repository_id = 100 + n
        session.add(a_repository(github_id=100 + n, full_name=plugin.repository, private=True))
    return plugin


def _said(n: int, place: int, source: JudgingSource, now: datetime) -> SourceVerdict:
    late = DESCRIPTORS[source].deadline + timedelta(seconds=(n % 5) - 2)
    return SourceVerdict(
        plugin_id=n + 1,
        plugin_branch="main",
        host_branch=BRANCHES[(n + place) % 3],
        source=source,
        verdict=list(Verdict)[(n * 7 + place) % len(Verdict)],
        plugin_sha="a",
        host_sha="b",
        changed_at=now,
        seen_at=now - (late if n % 4 == 1 else timedelta()),
        expired=n % 7 == 0,
    )


def _incident(n: int, branch: str, now: datetime) -> Incident:
    return Incident(
        plugin_id=n + 1,
        plugin_branch="main",
        host_branch=branch,
        origin=list(JudgingSource)[n % len(JudgingSource)],
        verdict=list(Verdict)[2 + n % 3],
        opened_at=now - timedelta(minutes=n * 7 % 5),
        updated_at=now,
        bad_plugin_sha="a",
        bad_host_sha="b",
        last_plugin_sha="a",
        last_host_sha="b",
        suspect="plugin",
        fingerprint=f"f{n}",
        cause="",
    )


FILTERS = (
    "",
    "broken",
    "unknown",
    "incompatible",
    "CHAT",
    "GRÖSSER",
    "example/",
    "plugins/bund",
    "plugin-1",
    "no",
)


@pytest.mark.parametrize("allowed", [PUBLIC, EVERY_PLUGIN, Clearance(plugins=frozenset({7}))])
def test_plugins(mixed: Database, now: datetime, allowed: Clearance) -> None:
    with mixed.read() as session:
        for filter_ in FILTERS:
            all_lines = queries.plugin_lines(session, now, filter_, allowed=allowed)
            found = queries.worst_plugins(session, now, filter_, 5, allowed=allowed)
            assert found.lines == tuple(all_lines[:5]), filter_
            assert found.tally == Counter(line.verdict for line in all_lines), filter_
            assert found.total == len(all_lines)


@pytest.mark.parametrize("allowed", [PUBLIC, EVERY_PLUGIN])
def test_incidents(mixed: Database, allowed: Clearance) -> None:
    with mixed.read() as session:
        opened = queries.open_incidents(session, allowed=allowed)
        found = queries.worst_incidents(session, 7, allowed=allowed)
    opened.sort(key=lambda each: (-each.verdict.severity, each.opened_at, each.number))
    assert found.incidents == tuple(opened[:7])
    assert found.total == len(opened) > 7
    assert found.plugins == len({each.plugin.handle for each in opened})


STEPS = st.lists(
    st.tuples(
        st.integers(1, 4),
        st.sampled_from(JudgingSource),
        st.sampled_from(list(Verdict)[1:]),
        st.sampled_from(BRANCHES),
        st.sampled_from([0, 1, 30, 49, 73]),
    ),
    min_size=1,
    max_size=8,
)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS, overdue_at=st.integers(0, 8))
@example(  # The worst still counts when what is said on another branch does not any more.
    steps=[
        (1, JudgingSource.CANARY, Verdict.COMPATIBLE, "beta", 0),
        (1, JudgingSource.GUARD, Verdict.INCOMPATIBLE, "stable", 49),
    ],
    overdue_at=8,
)
def test_lines_always_tell_what_the_verdicts_do(
    database: Database, now: datetime, steps: list[Any], overdue_at: int
) -> None:
    """Whatever is heard whenever, and whether or not the clock has written down what has passed its deadline."""
    with database.write() as session:
        session.exec(delete(Plugin))
        session.exec(delete(Repository))
        session.add_all(_plugin(session, n, now) for n in range(4))
        session.flush()
        for place, (plugin_id, source, verdict, branch, hours) in enumerate(steps):
            key = Key(plugin_id, "main", branch)
            pair = Pair("a", "" if source in IN_REPOSITORY else "b")
            change = note_verdict(session, Said(key, source, verdict, pair, now))
            if change:
                set_statuses(session, [key], now)
            now += timedelta(hours=hours)
            if place == overdue_at:
                record(session, [Overdue(50)], now)
            for allowed in (PUBLIC, EVERY_PLUGIN):
                _tells_the_same(session, now, allowed)
            for host_branch in BRANCHES:
                _sorts_the_same(session, now, host_branch)


def _tells_the_same(session: Session, now: datetime, allowed: Clearance) -> None:
    for filter_ in ("", "broken", "chat"):
        lines = queries.plugin_lines(session, now, filter_, allowed=allowed)
        found = queries.worst_plugins(session, now, filter_, 3, allowed=allowed)
        assert found.lines == tuple(lines[:3])
        assert found.tally == Counter(line.verdict for line in lines)


def _sorts_the_same(session: Session, now: datetime, host_branch: str) -> None:
    search = PluginSearch(host_branch, order=SearchOrder.STATUS)
    handles, _ = plugins_found(session, now, Ecosystem.DISCOURSE, search, slice(0, 4))
    lines = queries.plugin_lines(session, now)
    lines.sort(key=lambda line: (line.on(host_branch).severity, line.plugin.handle))
    assert handles == [line.plugin.handle for line in lines]


def test_lines_follow_their_plugin(database: Database, now: datetime) -> None:
    with database.write() as session:
        session.add(_plugin(session, 1, now))
    for change in (
        {"handle": "new"},
        {"tags": ["Größe"]},
        {"removed_at": now},
        {"removed_at": None},
    ):
        with database.write() as session:
            session.get_one(Plugin, 2).sqlmodel_update(change)
        with database.read() as session:
            for filter_ in ("", "plugin-01", "new", "größe", "a\0b", "\ud800", "\x1f"):
                lines = queries.plugin_lines(session, now, filter_)
                assert queries.worst_plugins(session, now, filter_, 3).lines == tuple(lines)


def test_what_was_heard_again_stands_for_longer(database: Database, now: datetime) -> None:
    """So that in a list of plugins that all report nobody's verdicts must be asked."""
    with database.write() as session:
        session.add(_plugin(session, 1, now))
        session.flush()
        key = Key(2, "main", "stable")
        note_verdict(
            session, Said(key, JudgingSource.GUARD, Verdict.COMPATIBLE, Pair("a", "b"), now)
        )
        set_statuses(session, [key], now)
        session.get_one(SourceVerdict, (*key, "guard")).seen_at = now + timedelta(days=2)
        record(session, [Overdue(50)], now + timedelta(days=2, hours=13))
        line = session.get_one(MasterListLine, 2, populate_existing=True)
        assert line.stands_until == now + timedelta(days=5)


@pytest.mark.parametrize("few", [list_pages.FEW, 3])
@pytest.mark.parametrize("order", ListOrder)
def test_pages(
    mixed: Database, now: datetime, order: ListOrder, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_pages, "FEW", few)
    with mixed.write() as session:
        session.add_all(_installed(n, now) for n in range(PLUGINS))
        write_sites(session, changed_sites(session, now.date()))
    with mixed.read() as session:
        for filter_, tag in (
            ("", ""),
            ("broken", "chat"),
            ("", "GRÖSSER"),
            ("example/", ""),
            ("", "cha"),
        ):
            lines = tagged(queries.plugin_lines(session, now, filter_), tag)
            if order is ListOrder.NAME:
                lines = sorted(lines, key=lambda line: line.plugin.handle)
            elif order is ListOrder.SITES:
                lines = sorted(lines, key=_sites, reverse=True)
            for first in (0, 5, 10, 500):
                rows = slice(first, first + 5)
                found = page_of_list(session, now, filter_, tag, rows, order)
                assert (found.lines, found.total) == (tuple(lines[rows]), len(lines))


def test_the_page_by_sites_is_found_by_an_index(mixed: Database, now: datetime) -> None:
    """Counted for each question, the sites of 30,000 plugins took SQLite 90 ms, and more with each day that is kept."""
    with mixed.read() as session:
        go_by_indexes(session)
        asked = asked_from_now(session, lambda sql: "keyed_sites DESC" in sql)
        page_of_list(session, now, "", "", slice(0, 3), ListOrder.SITES)
        [plan] = plans(session, asked)
    # Of thousands that run on as many sites, all were read and sorted.
    alone = "COVERING INDEX" if mixed.is_sqlite else "Index Only Scan"
    assert re.search(rf"{alone} (using )?master_list_by_sites", plan)
    assert "B-TREE" not in plan
    assert "Sort Key: master_list_line" not in plan


def test_lines_are_counted_by_an_index_alone(mixed: Database, now: datetime) -> None:
    """Each line was looked for among those that are unsure, and the tags of all were read and sorted."""

    def counts_lines(sql: str) -> bool:
        return "GROUP BY" in sql and "source_verdict" not in sql

    with mixed.read() as session:
        go_by_indexes(session)
        asked = asked_from_now(session, counts_lines)
        tally_of_list(session, now)
        tag_counts(session)
        found = plans(session, asked[:2])
    # PostgreSQL reads nothing else either, once it knows that what it finds is visible to all.
    by_index = "COVERING INDEX master_list_" if mixed.is_sqlite else "master_list_"
    assert [by_index in plan for plan in found] == [True, True], found
    assert not any("master_list_line.plugin_id NOT IN" in statement for statement, _ in asked)


def test_lines_with_some_words_are_counted_by_an_index_alone_on_sqlite(
    mixed: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It read the whole of 30,000 lines, four fifths of the time that a page of a filter took."""
    monkeypatch.setattr(list_pages, "FEW", 2)
    with mixed.read() as session:
        asked = asked_from_now(session, lambda sql: "GROUP BY" in sql)
        found = page_of_list(session, now, "plugin-", "", slice(0, 3))
        *_, counted = plans(session, asked)
    assert found.total == PLUGINS
    assert ("COVERING INDEX master_list_words" in counted) == mixed.is_sqlite


def _installed(n: int, now: datetime) -> StatisticDay:
    """Every second plugin runs on sites with a key, and others on sites of which anyone tells."""
    version = {"host_branch": "stable", "plugin_branch": "main", "plugin_sha": "a"}
    day = now.date() - timedelta(days=n % 3 == 2)
    return StatisticDay(day=day, plugin_id=n + 1, keyed=n % 2 == 0, sites=n % 4, **version)


def _sites(line: PluginLine) -> tuple[int, int]:
    return line.sites.keyed, line.sites.told


def test_a_page_far_behind_reads_whole_hardly_more_than_it_shows(
    mixed: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Because of one private plugin all lines before the page were read, for six seconds in a list of 30,000."""
    read: list[int] = []

    def counting(*asked: Any) -> list[PluginLine]:
        lines = lines_of(*asked)
        read.append(len(lines))
        return lines

    monkeypatch.setattr(list_pages, "lines_of", counting)
    with mixed.read() as session:
        page_of_list(session, now, "plugin-", "", slice(10, 14))
        page_of_list(session, now, "plugin-", "", slice(10**6, 10**6 + 4))
        others = len(session.exec(unsure_lines(now, PUBLIC)).all())
    assert 0 < others < 10
    assert read == [others, 4 + others, others, 0]


@pytest.mark.parametrize("allowed", [PUBLIC, EVERY_PLUGIN])
def test_all_in_one_word(mixed: Database, now: datetime, allowed: Clearance) -> None:
    with mixed.read() as session:
        lines = queries.plugin_lines(session, now, allowed=allowed)
        assert list(verdicts_of_list(session, now, allowed=allowed)) == [
            (line.plugin.handle, line.verdict, line.plugin.about) for line in lines
        ]


def test_tags_and_branches(mixed: Database, now: datetime) -> None:
    with mixed.read() as session:
        lines = queries.plugin_lines(session, now)
        tags = map(str.casefold, chain.from_iterable(line.plugin.tags for line in lines))
        assert tag_counts(session) == Counter(tags)
        reported = set(chain.from_iterable(line.verdicts for line in lines))
        assert reported_branches(session) == sorted(reported, key=branch_order(session))
        assert tally_of_list(session, now) == Counter(line.verdict for line in lines)


@pytest.mark.parametrize("allowed", [PUBLIC, EVERY_PLUGIN])
def test_lines_that_are_unsure_are_found_by_indexes(
    mixed: Database, now: datetime, allowed: Clearance
) -> None:
    with mixed.read() as session:
        go_by_indexes(session)
        statement = str(
            unsure_lines(now, allowed).compile(
                session.connection(), compile_kwargs={"literal_binds": True}
            )
        )
        explain = "EXPLAIN QUERY PLAN " if mixed.is_sqlite else "EXPLAIN "
        rows = session.connection().exec_driver_sql(explain + statement).all()
    read = "SCAN master_list_line" if mixed.is_sqlite else "Seq Scan on master_list_line"
    assert "master_list_line_stands_until_index" in str(rows)
    assert read not in str(rows)


def test_no_statement_names_every_plugin_that_is_late(mixed: Database, now: datetime) -> None:
    """PostgreSQL takes 65,535 parameters."""
    longest = 0

    def note(_connection: object, _cursor: object, _statement: str, given: Any, *_: object) -> None:
        nonlocal longest
        longest = max(longest, len(given))

    late = now + timedelta(days=400)
    sqlalchemy.event.listen(sqlalchemy.Engine, "before_cursor_execute", note)
    try:
        with mixed.read() as session:
            found = page_of_list(session, late, "", "", slice(0, 3), allowed=EVERY_PLUGIN)
            tally = tally_of_list(session, late, allowed=EVERY_PLUGIN)
    finally:
        sqlalchemy.event.remove(sqlalchemy.Engine, "before_cursor_execute", note)
    assert found.tally == tally
    assert tally.total() == PLUGINS
    assert 0 < longest < PLUGINS


@pytest.mark.parametrize(("filter_", "tag"), [("plugin-", ""), ("", "chat"), ("broken", "chat")])
def test_texts_are_looked_at_once_for_the_page_and_the_tally_of_few(
    mixed: Database, now: datetime, filter_: str, tag: str
) -> None:
    looks: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        looks.extend(re.findall(r"master_list_line\.(?:words|tags)", statement))

    with mixed.read() as session:
        sqlalchemy.event.listen(session.connection(), "before_cursor_execute", note)
        found = page_of_list(session, now, filter_, tag, slice(0, 3))
    assert (len(looks), len(found.lines)) == (1, 3)
