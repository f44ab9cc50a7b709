"""Client sites are field evidence: they never decide a status, and open an incident only together."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from models import queries
from models.database.engine import Database
from models.events import Registration, Reporter
from models.rules.incidents import FIELD_EVIDENCE, is_field_evidence
from models.rules.sources import JudgingSource
from models.tables import Status
from tests.world import BAD, GOOD, World, make_world, saw


@pytest.fixture
def world(database: Database, now: datetime) -> World:
    return make_world(database, now, "solved", "voting")


@pytest.fixture
def sites(world: World) -> list[Reporter]:
    return [world.client(f"forum{n}.example.com", "solved", "voting") for n in range(5)]


def test_one_site_alone_is_its_own_trouble(world: World, sites: list[Reporter]) -> None:
    for _ in range(4):
        world.report(saw("solved", "p1", BAD), by=sites[0])
    world.report(saw("solved", "p1", BAD), by=sites[1])
    assert world.incidents() == []


@pytest.mark.parametrize(
    ("failing", "running", "is_evidence"),
    [
        *((2, 2, False), (2, 9, False), (3, 3, True), (3, 9, True)),
        *((3, 10, True), (3, 30, True), (3, 31, False), (4, 40, True), (4, 41, False)),
    ],
)
def test_three_sites_are_enough_and_of_ten_or_more_a_tenth(
    failing: int, running: int, *, is_evidence: bool
) -> None:
    assert is_field_evidence(failing, running) is is_evidence


def test_three_sites_at_the_same_commit_open_an_incident_and_no_status(
    world: World, sites: list[Reporter]
) -> None:
    for site in sites[:3]:
        world.report(saw("solved", "p1", BAD), by=site)
    (incident,) = world.incidents()
    assert (incident.origin, incident.failing_sites) == (FIELD_EVIDENCE, 3)
    with world.database.read() as session:
        assert session.exec(select(Status)).all() == []


def test_three_sites_that_fail_alike_at_different_commits_do_too(
    world: World, sites: list[Reporter]
) -> None:
    for n, site in enumerate(sites[:3]):
        world.report(saw("solved", f"p{n}", BAD), by=site)
    assert len(world.incidents()) == 1


def test_three_sites_that_fail_each_in_another_way_do_not(
    world: World, sites: list[Reporter]
) -> None:
    for word, site in zip(("one", "two", "three"), sites, strict=False):
        world.report(saw("solved", "p1", BAD, f"NameError: {word}"), by=site)
    assert world.incidents() == []


def test_of_many_sites_a_tenth_must_fail(world: World) -> None:
    many = [world.client(f"site{n}.example.com", "solved") for n in range(31)]
    world.record(
        *(
            world.a_report(saw("solved", "p1", BAD if n < 3 else GOOD), by=site)
            for n, site in enumerate(many)
        )
    )
    assert world.incidents() == []
    world.report(saw("solved", "p1", BAD), by=many[3])
    assert world.incidents()[0].failing_sites == 4


def test_a_plugin_that_a_site_does_not_register_any_more_fails_there_no_more(
    world: World, sites: list[Reporter]
) -> None:
    for site in sites[:3]:
        world.report(saw("solved", "p1", BAD), by=site)
    for site in sites[:3]:
        world.record(Registration(site, (("voting", "voting"),)))
    world.report(saw("solved", "p1", BAD, "NameError: another"), by=sites[3])
    assert world.incidents()[0].resolved_at == world.now


def test_a_site_that_is_gone_for_good_fails_no_more(world: World, sites: list[Reporter]) -> None:
    for site in sites[:3]:
        world.report(saw("solved", "p1", BAD), by=site)
    world.report(saw("solved", "p2", GOOD), by=sites[0])
    world.now += timedelta(days=31)
    assert world.incidents()[0].resolved_at is None
    world.record(Registration(sites[3], (("solved", "solved"), ("voting", "voting"))))
    world.report(saw("solved", "p2", BAD, "NameError: another"), by=sites[3])
    assert world.incidents()[0].resolved_at == world.now


def test_a_site_that_is_heard_again_counts_again_with_what_it_said_before(
    world: World, sites: list[Reporter]
) -> None:
    both = (("solved", "solved"), ("voting", "voting"))
    world.report(saw("solved", "p1", BAD), by=sites[0])
    world.now += timedelta(days=4)
    for site in sites[1:3]:
        world.record(Registration(site, both))
        world.report(saw("solved", "p1", BAD), by=site)
    assert world.incidents() == [], "what the first one said does not count any more"
    world.record(Registration(sites[0], both))
    world.report(saw("solved", "p1", BAD), by=sites[0])
    assert [each.failing_sites for each in world.incidents()] == [3]


def mended(world: World, sites: list[Reporter]) -> None:
    """The canary server and three sites fail, and the canary server works again at the plugin's next commit."""
    world.report(saw("solved", "p1", GOOD))
    world.report(saw("solved", "p2", BAD))
    for site in sites[:3]:
        world.report(saw("solved", "p2", BAD), by=site)
    world.now += timedelta(days=4)
    world.report(saw("solved", "p3", GOOD))


def again(
    world: World, site: Reporter, sha: str, error: str | None = None, host: str = "h1"
) -> None:
    """The site, silent for a while, starts again."""
    world.record(Registration(site, (("solved", "solved"), ("voting", "voting"))))
    words = () if error is None else (error,)
    world.report(saw("solved", sha, BAD, *words), by=site, host=host)


def test_sites_that_still_run_what_was_mended_open_nothing(
    world: World, sites: list[Reporter]
) -> None:
    mended(world, sites)
    for site in sites[:3]:
        again(world, site, "p2")
    assert [each.resolved_at is None for each in world.incidents()] == [False]
    again(world, sites[3], "p2")
    assert len(world.incidents()) == 1, "one more that comes late to it is one alone"


@pytest.mark.parametrize(("sha", "host"), [("p3", "h1"), ("p2", "h2")])
def test_sites_that_have_moved_since_it_was_mended_and_fail_so_do(
    world: World, sites: list[Reporter], sha: str, host: str
) -> None:
    mended(world, sites)
    for site in sites[:3]:
        again(world, site, sha, host=host)
    (incident,) = world.incidents()
    assert (incident.resolved_at, incident.times) == (None, 2)


def test_sites_that_fail_otherwise_than_what_was_mended_have_an_incident_of_their_own(
    world: World, sites: list[Reporter]
) -> None:
    mended(world, sites)
    for site in sites[:3]:
        again(world, site, "p2", "NameError: another")
    first, second = world.incidents()
    assert (first.origin, first.times) == (JudgingSource.GUARD, 1)
    assert (second.origin, second.times) == (FIELD_EVIDENCE, 1)


def test_what_ended_on_another_branch_of_the_host_was_not_told_here(
    world: World, sites: list[Reporter]
) -> None:
    world.report(saw("solved", "p2", BAD), branch="stable")
    for site in sites[:2]:
        world.report(saw("solved", "p2", BAD), by=site)
    world.report(saw("solved", "p3", GOOD), branch="stable")
    world.report(saw("solved", "p2", BAD), by=sites[2])
    assert [each.resolved_at is None for each in world.incidents()] == [False, True]


def test_a_client_site_never_flips_the_status(world: World, sites: list[Reporter]) -> None:
    world.report(saw("solved", "p1", GOOD))
    for site in sites:
        world.report(saw("solved", "p1", BAD), by=site)
    with world.database.read() as session:
        plugin = queries.find_plugin(session, "solved")
        assert plugin
        (status,) = queries.status_matrix(session, plugin, world.now).statuses
    assert (status.verdict, status.client_sites, status.failing_sites) == (GOOD, 5, 5)
    assert status.incident
    assert status.incident.origin == FIELD_EVIDENCE


def test_when_no_site_fails_any_more_it_is_over(world: World, sites: list[Reporter]) -> None:
    for site in sites[:3]:
        world.report(saw("solved", "p1", BAD), by=site)
    for site in sites[:2]:
        world.report(saw("solved", "p2", GOOD), by=site)
    assert world.incidents()[0].resolved_at is None
    world.report(saw("solved", "p2", GOOD), by=sites[2])
    assert world.incidents()[0].resolved_at == world.now


def test_a_canary_that_never_saw_it_ends_nothing(world: World, sites: list[Reporter]) -> None:
    world.report(saw("solved", "p1", GOOD))
    for site in sites[:3]:
        world.report(saw("solved", "p1", BAD), by=site)
    world.report(saw("solved", "p1", GOOD))
    assert world.incidents()[0].resolved_at is None
    world.report(saw("solved", "p2", GOOD))
    assert world.incidents()[0].resolved_at is None


def test_a_canary_that_fails_too_confirms_it(world: World, sites: list[Reporter]) -> None:
    for site in sites[:3]:
        world.report(saw("solved", "p1", BAD), by=site)
    world.report(saw("solved", "p1", BAD))
    (incident,) = world.incidents()
    assert (incident.origin, incident.verdict) == (JudgingSource.GUARD, BAD)


def test_sites_that_fail_like_the_canary_are_counted_on_its_card(
    world: World, sites: list[Reporter]
) -> None:
    world.report(saw("solved", "p1", BAD))
    for site in sites[:2]:
        world.report(saw("solved", "p1", BAD), by=site)
    assert world.incidents()[0].failing_sites == 2
    assert "2 client sites" in world.announced()[0].message
