"""What canary servers say decides the status, in whatever order it arrives."""

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, delete, select

from bench.listeners import counting
from models import queries
from models.database.engine import Database
from models.events.silence import Overdue
from models.record import record
from models.rules.status import Verdict
from models.tables import (
    Announcement,
    Commit,
    Incident,
    Installation,
    Report,
    SourceVerdict,
    Status,
    StoryEntry,
)
from tests.world import BAD, GOOD, World, make_world, saw


@pytest.fixture
def world(database: Database, now: datetime) -> World:
    return make_world(database, now, "solved", "solved-extra", "voting")


def verdict(world: World, handle: str = "solved") -> Verdict:
    with world.database.read() as session:
        plugin = queries.find_plugin(session, handle)
        assert plugin
        statuses = queries.status_matrix(session, plugin, world.now).statuses
        return statuses[0].verdict if statuses else Verdict.UNKNOWN


def test_the_first_report_makes_the_status(world: World) -> None:
    assert world.report(saw("solved", "p1", GOOD)).accepted == ("solved",)
    assert verdict(world) is GOOD
    assert world.incidents() == []


def test_the_same_commits_again_are_a_heartbeat(world: World) -> None:
    world.report(saw("solved", "p1", GOOD))
    first = world.now
    world.report(saw("solved", "p1", GOOD))
    with world.database.read() as session:
        row = session.exec(select(SourceVerdict)).one()
        assert (row.seen_at, row.changed_at) == (world.now, first)
        assert len(session.exec(select(Report)).all()) == 2
    assert world.announced() == []


def test_lines_that_say_the_same_in_one_report_are_answered_each_and_stored_once(
    world: World,
) -> None:
    bad = [saw("solved", "p1", BAD, f"NameError: {number}") for number in range(100)]
    assert world.report(*bad, saw("solved", "p1", GOOD), *bad).accepted == ("solved",) * 201
    with world.database.read() as session:
        kept = session.exec(select(Report.verdict, Report.message).order_by(col(Report.id))).all()
    assert kept == [(BAD, "NameError: 0"), (GOOD, None)]
    assert verdict(world) is BAD


def test_an_older_report_is_kept_and_overturns_nothing(world: World) -> None:
    world.report(saw("solved", "p1", GOOD))
    world.report(saw("solved", "p2", BAD))
    assert world.report(saw("solved", "p1", GOOD)).accepted == ("solved",)
    assert verdict(world) is BAD
    world.report(saw("solved", "p3", GOOD))
    world.report(saw("solved", "p2", BAD))
    assert verdict(world) is GOOD


def test_of_releases_the_version_tells_which_is_older_not_when_it_was_heard_of(
    world: World,
) -> None:
    world.report(saw("solved", "1.10", BAD, branch="release"), host="2.0", branch="shelf")
    world.report(saw("solved", "1.9", GOOD, branch="release"), host="2.0", branch="shelf")
    assert verdict(world) is BAD
    world.report(saw("solved", "1.11rc1", GOOD, branch="release"), host="2.0", branch="shelf")
    assert verdict(world) is GOOD


def test_at_the_same_commits_the_worse_verdict_stands(world: World) -> None:
    world.report(saw("solved", "p1", GOOD), saw("voting", "v1", BAD))
    world.report(saw("solved", "p1", BAD), saw("voting", "v1", GOOD))
    assert (verdict(world, "solved"), verdict(world, "voting")) == (BAD, BAD)


def test_a_guard_that_does_not_know_proves_nothing(world: World) -> None:
    world.report(saw("solved", "p1", BAD))
    world.report(saw("solved", "p2", Verdict.UNKNOWN))
    assert verdict(world) is BAD


def test_a_name_that_is_a_prefix_of_another_is_another_plugin(world: World) -> None:
    world.report(saw("solved-extra", "p1", BAD))
    world.report(saw("solved", "p1", GOOD))
    assert [incident.resolved_at for incident in world.incidents()] == [None]
    assert (verdict(world, "solved"), verdict(world, "solved-extra")) == (GOOD, BAD)


def test_one_unknown_plugin_does_not_sink_the_others(world: World) -> None:
    outcome = world.report(
        saw("solved", "p1", GOOD), saw("nobody", "n1", GOOD), saw("voting", "v1", GOOD)
    )
    assert outcome.accepted == ("solved", "voting")
    assert [(error.name, "master list" in error.reason) for error in outcome.errors] == [
        ("nobody", True)
    ]


def test_a_verdict_that_passed_its_deadline_is_unknown_and_a_heartbeat_brings_it_back(
    world: World,
) -> None:
    world.report(saw("solved", "p1", GOOD))
    world.now += timedelta(days=3, hours=1)
    assert verdict(world) is Verdict.UNKNOWN
    (outcome,) = world.record(Overdue(limit=10))
    assert outcome.number == 1
    with world.database.read() as session:
        assert session.exec(select(Status)).one().verdict == Verdict.UNKNOWN
    world.report(saw("solved", "p1", GOOD))
    assert verdict(world) is GOOD
    with world.database.read() as session:
        assert session.exec(select(Status)).one().verdict == GOOD


def test_silence_leaves_an_incident_open_and_says_so(world: World) -> None:
    world.report(saw("solved", "p1", BAD))
    world.now += timedelta(days=4)
    world.record(Overdue(limit=10))
    assert world.incidents()[0].resolved_at is None
    assert "deadline" in world.announced()[-1].message


def test_branches_are_apart(world: World) -> None:
    world.report(saw("solved", "p1", GOOD), branch="stable")
    world.report(saw("solved", "p1", BAD), branch="tests-passed")
    world.report(saw("solved", "q1", GOOD, branch="next"), branch="tests-passed")
    with world.database.read() as session:
        found = {
            (row.plugin_branch, row.host_branch): row.verdict
            for row in session.exec(select(Status))
        }
    assert found == {
        ("main", "stable"): GOOD,
        ("main", "tests-passed"): BAD,
        ("next", "tests-passed"): GOOD,
    }


def test_an_installation_remembers_what_was_said_last(world: World) -> None:
    world.report(saw("solved", "p1", GOOD))
    world.report(saw("solved", "p2", BAD), host="h2")
    with world.database.read() as session:
        row = session.exec(select(Installation)).one()
    assert (row.plugin_sha, row.host_sha, row.verdict) == ("p2", "h2", BAD)


_REPORTS = st.lists(
    st.tuples(
        st.sampled_from(["solved", "voting"]),
        st.sampled_from(["p1", "p2", "p3"]),
        st.sampled_from([GOOD, BAD]),
    ),
    min_size=1,
    max_size=12,
)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(reports=_REPORTS)
def test_replaying_a_history_changes_nothing(
    world: World, reports: list[tuple[str, str, Verdict]]
) -> None:
    _forget(world.database)
    for handle, sha, says in reports:
        world.report(saw(handle, sha, says))
    before = _state(world)
    for handle, sha, says in reports:
        world.report(saw(handle, sha, says))
    assert _state(world) == before


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(reports=_REPORTS)
def test_a_batch_ends_as_the_same_reports_one_by_one(
    world: World, reports: list[tuple[str, str, Verdict]]
) -> None:
    _forget(world.database)
    for handle, sha, says in reports:
        world.report(saw(handle, sha, says), branch="one-by-one")
    world.record(
        *(
            world.a_report(saw(handle, sha, says), branch="together")
            for handle, sha, says in reports
        )
    )
    with world.database.read() as session:
        rows = session.exec(select(SourceVerdict)).all()
    alone = {
        (row.plugin_id, row.verdict, row.plugin_sha)
        for row in rows
        if row.host_branch == "one-by-one"
    }
    together = {
        (row.plugin_id, row.verdict, row.plugin_sha)
        for row in rows
        if row.host_branch == "together"
    }
    assert alone == together


def _forget(database: Database) -> None:
    """Begin every example with nothing known."""
    with database.write() as session:
        for table in (
            Announcement,
            StoryEntry,
            Incident,
            Status,
            SourceVerdict,
            Commit,
            Installation,
        ):
            session.exec(delete(table))


# Reports come a minute apart: after four, what is sent again is as far from being another round as what it repeats.
_HISTORY = st.lists(
    st.tuples(
        st.sampled_from(["p1", "p2", "p3"]),
        st.sampled_from([GOOD, BAD]),
        st.sampled_from([timedelta(minutes=4), timedelta(hours=2), timedelta(days=1)]),
    ),
    min_size=1,
    max_size=10,
)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(history=_HISTORY)
def test_what_is_sent_again_within_the_hour_and_what_is_late_changes_nothing(
    world: World, history: list[tuple[str, Verdict, timedelta]]
) -> None:
    _forget(world.database)
    for branch in ("once", "again"):
        world.report(saw("solved", "p0", GOOD), branch=branch)
    for sha, says, passed in history:
        world.now += passed
        for branch in ("once", "again"):
            world.report(saw("solved", sha, says), branch=branch)
        world.report(saw("solved", sha, says), branch="again")
        world.report(saw("solved", "p0", BAD), branch="again")
    with world.database.read() as session:
        found = {
            row.host_branch: (row.verdict, row.plugin_sha, row.good_plugin_sha)
            for row in session.exec(select(SourceVerdict))
        }
    assert found["once"] == found["again"]


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(history=_HISTORY)
def test_whatever_came_before_three_good_rounds_on_the_newest_commits_heal(
    world: World, history: list[tuple[str, Verdict, timedelta]]
) -> None:
    _forget(world.database)
    for sha, says, passed in history:
        world.now += passed
        world.report(saw("solved", sha, says))
    with world.database.read() as session:
        newest = session.exec(select(SourceVerdict.plugin_sha)).one()
    for _ in range(3):
        world.now += timedelta(days=1)
        world.report(saw("solved", newest, GOOD))
    assert verdict(world) is GOOD
    assert all(incident.resolved_at for incident in world.incidents())


def _state(world: World) -> list[tuple[object, ...]]:
    with world.database.read() as session:
        verdicts = [
            (row.plugin_id, row.verdict, row.plugin_sha, row.host_sha)
            for row in session.exec(select(SourceVerdict))
        ]
    return sorted(verdicts) + [
        (incident.id, incident.resolved_at, incident.times) for incident in world.incidents()
    ]


def test_what_falls_silent_together_costs_as_many_statements_as_one(
    database: Database, now: datetime
) -> None:
    """Reports wait for whoever writes; a server may speak of a thousand plugins."""
    names = [f"plugin-{number}" for number in range(13)]
    world = make_world(database, now, *names)
    costs: list[int] = []
    for some in (names[:1], names[1:]):
        world.report(*(saw(name, "p1", GOOD) for name in some))
        world.now += timedelta(days=30)
        with database.write() as session, counting(session) as asked:
            (outcome,) = record(session, [Overdue(limit=50)], world.now)
            costs.append(len(asked))
        assert outcome.number == len(some)
    assert costs[1] <= costs[0] + len(names), (
        "each verdict is written, and nothing is looked up for it"
    )
