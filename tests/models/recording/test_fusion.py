"""Three sources, one status: what each says, what all say together, and what that does to the incident."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, select

from models import queries
from models.database.engine import Database
from models.events.silence import Overdue
from models.messages.message import Table
from models.messages.status import status_message
from models.recording.settling import settle_within_allowance
from models.recording.telling.announcing import announce
from models.recording.verdicts.changes import Failure, Key
from models.recording.verdicts.hearing import Said, note_verdict
from models.rules.blame import Pair, Suspect
from models.rules.sources import BY_COMMITS, DESCRIPTORS, IN_REPOSITORY, JudgingSource
from models.rules.status import Verdict
from models.tables import Incident, Plugin, SourceVerdict
from tests.world import BAD, GOOD, World, make_world, saw

SMOKE, TESTS = Verdict.SMOKE_FAILING, Verdict.TESTS_FAILING


@pytest.fixture
def world(database: Database, now: datetime) -> World:
    return make_world(database, now, "solved")


def says(
    world: World, source: JudgingSource, verdict: Verdict, sha: str, host: str = "h1", ago: int = 0
) -> None:
    """A source judges by its own clock, `ago` minutes before it is heard."""
    world.now += timedelta(minutes=1)
    failure = Failure(
        f"{source}-{verdict}", f"{source} saw it fail", None, "stable.example.com", "run-1"
    )
    with world.database.write() as session:
        plugin_id = session.exec(select(Plugin.id)).one() or 0
        key, at = Key(plugin_id, "main", "tests-passed"), world.now - timedelta(minutes=ago)
        change = note_verdict(
            session,
            Said(key, source, verdict, Pair(sha, host), at, failure if verdict.broken else None),
        )
        announce(
            session,
            settle_within_allowance(session, [change] if change else [], world.now),
            world.now,
        )


def incident(world: World) -> Incident:
    with world.database.read() as session:
        return session.exec(select(Incident).order_by(col(Incident.id).desc()).limit(1)).one()


def combined(world: World) -> Verdict:
    with world.database.read() as session:
        plugin = queries.find_plugin(session, "solved")
        assert plugin
        return queries.status_matrix(session, plugin, world.now).statuses[0].verdict


@pytest.mark.parametrize("source", [each for each in JudgingSource if each not in BY_COMMITS])
def test_every_source_opens_and_ends_an_incident_and_has_a_column(
    world: World, source: JudgingSource
) -> None:
    about, host = DESCRIPTORS[source], "" if source in IN_REPOSITORY else "h1"
    says(world, source, GOOD, "p1", host)
    says(world, source, about.failing, "p2", host)
    assert (combined(world), incident(world).origin, incident(world).verdict) == (
        about.failing,
        source,
        about.failing,
    )
    with world.database.read() as session:
        plugin = queries.find_plugin(session, "solved")
        assert plugin
        answer = status_message(queries.status_matrix(session, plugin, world.now), world.now)
    (table,) = (block for block in answer if isinstance(block, Table))
    assert table.rows[0][table.header.index(about.column)].startswith(f"{about.failing.sign} ")
    says(world, source, GOOD, "p3", host)
    assert (combined(world), incident(world).resolved_at) == (GOOD, world.now)


def test_a_source_in_the_repository_can_name_no_host_commit() -> None:
    with pytest.raises(ValueError, match="can name no host commit"):
        Said(
            Key(1, "main", "tests-passed"),
            JudgingSource.TESTS,
            GOOD,
            Pair("p1", "h1"),
            datetime.now(UTC),
        )


def test_the_worst_of_three_counts_and_the_incident_tells_of_it(world: World) -> None:
    world.report(saw("solved", "p1", GOOD))
    says(world, JudgingSource.TESTS, TESTS, "p1", host="")
    assert (combined(world), incident(world).origin, incident(world).message) == (
        TESTS,
        JudgingSource.TESTS,
        "tests saw it fail",
    )
    says(world, JudgingSource.CANARY, SMOKE, "p1")
    assert (combined(world), incident(world).origin, incident(world).reference) == (
        SMOKE,
        JudgingSource.CANARY,
        "run-1",
    )
    world.report(saw("solved", "p2", BAD))
    assert (combined(world), incident(world).origin, incident(world).verdict) == (
        BAD,
        JudgingSource.GUARD,
        BAD,
    )
    assert len(world.incidents()) == 1


def test_it_is_fixed_when_the_last_of_them_says_so(world: World) -> None:
    world.report(saw("solved", "p1", BAD))
    says(world, JudgingSource.TESTS, TESTS, "p1", host="")
    world.report(saw("solved", "p2", GOOD))
    found = incident(world)
    assert (found.resolved_at, found.verdict, found.origin) == (None, TESTS, JudgingSource.TESTS)
    assert "fails its tests" in world.announced()[-1].message
    says(world, JudgingSource.TESTS, GOOD, "p2", host="")
    assert incident(world).resolved_at == world.now


def test_a_source_that_fell_silent_while_broken_is_not_fixed_by_another(world: World) -> None:
    world.report(saw("solved", "p1", GOOD))
    says(world, JudgingSource.CANARY, SMOKE, "p1")
    world.now += timedelta(days=2, hours=1)
    world.record(Overdue(limit=10))
    world.report(saw("solved", "p2", GOOD))
    assert (combined(world), incident(world).resolved_at) == (GOOD, None)
    says(world, JudgingSource.CANARY, GOOD, "p2")
    assert incident(world).resolved_at == world.now


def test_what_was_judged_earlier_overturns_nothing(world: World) -> None:
    says(world, JudgingSource.CANARY, SMOKE, "p1")
    says(world, JudgingSource.CANARY, GOOD, "p1", ago=10)
    assert combined(world) is SMOKE
    says(world, JudgingSource.CANARY, GOOD, "p1")
    assert (combined(world), incident(world).resolved_at) == (GOOD, world.now)


def test_hearing_the_same_again_is_no_news(world: World) -> None:
    says(world, JudgingSource.CANARY, SMOKE, "p1")
    before = len(world.announced())
    says(world, JudgingSource.CANARY, SMOKE, "p1", ago=1)
    assert len(world.announced()) == before


def test_ci_names_no_host_so_the_host_is_suspected_too(world: World) -> None:
    says(world, JudgingSource.TESTS, GOOD, "p1", host="")
    says(world, JudgingSource.TESTS, TESTS, "p1", host="")
    # Whatever failed, CI says the same without frames, so that it shares its cause with nobody.
    assert (incident(world).suspect, incident(world).cause) == (Suspect.HOST, "")
    assert "with host" not in world.announced()[0].message


def test_a_guard_that_comes_back_from_silence_still_knows_what_failed(world: World) -> None:
    world.report(saw("solved", "p1", BAD))
    world.now += timedelta(days=4)
    world.record(Overdue(limit=10))
    found = []
    for says in (GOOD, BAD):  # one good word on the same commits may be luck, and revives nothing
        world.report(saw("solved", "p1", says))
        with world.database.read() as session:
            row = session.exec(select(SourceVerdict)).one()
        found.append((row.verdict, row.expired, bool(row.message)))
    assert found == [(BAD, True, True), (BAD, False, True)]
