"""A key that tells of more than anybody can look at."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from models.database.engine import Database
from models.events import Registration, Reporter
from models.events.silence import SilenceCheck
from models.operating import keys
from models.rules.kinds import KeyKind, SiteKind
from models.tables import ApiKey, Site, Status, StoryEntry, WatchedIncident
from tests.world import BAD, GOOD, World, make_world, saw

HANDLES = tuple(f"p{n}" for n in range(6))


@pytest.fixture
def world(database: Database, now: Any, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr("models.recording.verdicts.allowance.MOST_STEPS_OF_KEY", 4)
    return make_world(database, now, *HANDLES)


def broken(sha: str, *handles: str) -> list[Any]:
    return [saw(handle, sha, BAD, f"NameError: {handle}") for handle in handles or HANDLES]


def floods(world: World) -> list[WatchedIncident]:
    with world.database.read() as session:
        return list(
            session.exec(select(WatchedIncident).where(WatchedIncident.trouble == "flooding"))
        )


def cards(world: World) -> list[str]:
    return [row.message for row in world.announced() if row.conversation.startswith("source:")]


def test_what_goes_beyond_is_stored_and_told_once(world: World) -> None:
    outcome = world.report(*broken("1"))
    assert outcome.accepted == HANDLES
    assert len(world.incidents()) == 4
    with world.database.read() as session:
        assert list(session.exec(select(Status.verdict))) == [BAD] * 6
    assert len(cards(world)) == 1
    assert "The key canary reports more than anybody can look at" in cards(world)[0]
    told = len(world.announced())
    for n in range(2, 5):
        world.report(*broken(str(n)), host=f"h{n}")
    assert (len(world.incidents()), len(world.announced()), len(floods(world))) == (4, told, 1)
    with world.database.read() as session:
        assert len(session.exec(select(StoryEntry.id)).all()) == 4
    assert {incident.last_plugin_sha for incident in world.incidents()} == {"4"}


def test_when_it_slows_down_the_next_commit_opens_what_was_kept_back(world: World) -> None:
    world.report(*broken("1"))
    world.record(SilenceCheck(github_listened=False))
    assert floods(world)[0].resolved_at is None
    world.now += timedelta(hours=2)
    world.record(SilenceCheck(github_listened=False))
    assert floods(world)[0].resolved_at == world.now
    assert "reports at a usual rate again" in cards(world)[-1]
    world.report(*broken("2", "p4", "p5"), host="h2")
    assert len(world.incidents()) == 6


def test_a_key_floods_whatever_server_it_names_and_no_other_key_with_it(world: World) -> None:
    second = Reporter(world.canary.key_id, SiteKind.CANARY, "second.example.com")
    world.report(saw("p0", "0", GOOD), by=second)
    world.report(*broken("1", "p0", "p1", "p2"))
    world.report(*broken("1", "p3", "p4"), by=second)
    assert len(world.incidents()) == 4
    with world.database.write() as session:
        keys.create(session, KeyKind.SITE, "other", None, world.now)
        session.flush()
        key = session.exec(select(ApiKey).where(ApiKey.name == "other")).one()
        other = Reporter(key.id or 0, SiteKind.CANARY, "other.example.com")
    world.report(*broken("1", "p5"), by=other, branch="stable")
    assert len(world.incidents()) == 5


def test_recoveries_are_told_in_any_case(world: World) -> None:
    world.report(*broken("1"))
    world.report(*(saw(handle, "2", GOOD) for handle in HANDLES), host="h2")
    assert all(incident.resolved_at for incident in world.incidents())
    world.report(*broken("3"), host="h3")
    assert all(incident.resolved_at for incident in world.incidents())


def test_a_key_speaks_for_so_many_sites(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.recording.guard.sites.MOST_OF_KEY", 3)
    reporters = [
        Reporter(world.canary.key_id, SiteKind.CANARY, f"s{n}.example.com") for n in range(5)
    ]
    reports = [world.a_report(saw("p0", "1", GOOD), by=reporter) for reporter in reporters]
    outcomes = world.record(*reports, *reports)
    accepted = [outcome.accepted for outcome in outcomes]
    assert accepted == [("p0",)] * 3 + [()] * 2 + [("p0",)] * 3 + [()] * 2
    assert "speaks for" in outcomes[3].errors[0].reason
    (registered,) = world.record(Registration(reporters[4], (("p0", "p0"),)))
    assert (registered.accepted, registered.errors[0].name) == ((), "p0")
    (registered,) = world.record(Registration(reporters[0], (("p0", "p0"),)))
    assert registered.accepted == ("p0",)
    with world.database.read() as session:
        assert len(session.exec(select(Site.id)).all()) == 3
