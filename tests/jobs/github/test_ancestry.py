"""The order of commits, asked for where a report came late; and host branches followed."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, select

from jobs.github.ancestry import ask_ancestry, follow_hosts
from jobs.github.issues import reconcile_issues
from models import queries
from models.database.engine import Database
from models.events.github import HistoryReading
from models.github import ancestry
from models.messages.status import status_message
from models.recording.verdicts.changes import Key
from models.recording.verdicts.commits import CommitOrder
from models.rules.blame import Pair
from models.rules.history_lines import host_line
from models.settings import Settings
from models.tables import Commit, Plugin, SourceVerdict
from tests.servers.github_hub import Hub, HubRepository
from tests.world import BAD, GOOD, World, make_world, saw


def sha(number: int) -> str:
    return f"{number:040x}"


@pytest.fixture
def world(database: Database, hub: Hub, solved: HubRepository, settings: Settings) -> World:
    """A plugin and a host whose commits are numbered as they were made, 300 of them."""
    made = make_world(database, datetime.now(UTC) - timedelta(hours=1), "solved")
    hub.add(
        "discourse/discourse",
        datetime.now(UTC),
        commits={"tests-passed": [sha(n) for n in range(300, 0, -1)]},
    )
    solved.commits["main"] = [sha(n) for n in range(300, 0, -1)]
    reconcile_issues(database, settings)
    return made


def verdict(world: World) -> tuple[str, str, str]:
    with world.database.read() as session:
        row = session.exec(select(SourceVerdict)).one()
    return row.verdict, row.plugin_sha, row.host_sha


def told(world: World, plugin: int, host: int, says: object = GOOD) -> None:
    world.report(saw("solved", sha(plugin), says), host=sha(host))


def test_a_late_report_that_overturned_a_newer_one_is_put_right(
    world: World, hub: Hub, settings: Settings
) -> None:
    told(world, 250, 290)
    told(world, 240, 290, BAD)  # never heard of, so taken for the newest
    (incident,) = world.incidents()
    assert (verdict(world)[:2], incident.resolved_at) == ((BAD, sha(240)), None)
    ask_ancestry(world.database, settings)
    assert verdict(world) == (GOOD, sha(250), sha(290))
    assert world.incidents()[0].resolved_at is not None
    asked = len(hub.asked)
    ask_ancestry(world.database, settings)
    assert len(hub.asked) == asked
    told(world, 245, 290, BAD)
    ask_ancestry(world.database, settings)
    assert verdict(world)[0] == GOOD


def test_what_was_said_of_a_removed_plugin_stays(world: World, settings: Settings) -> None:
    told(world, 250, 290)
    told(world, 240, 290, BAD)
    with world.database.write() as session:
        session.exec(select(Plugin)).one().removed_at = world.now
    ask_ancestry(world.database, settings)
    assert verdict(world) == (BAD, sha(240), sha(290))


def test_what_is_newer_stays_newer(world: World, settings: Settings) -> None:
    told(world, 240, 290)
    told(world, 250, 290, BAD)
    ask_ancestry(world.database, settings)
    assert verdict(world) == (BAD, sha(250), sha(290))
    assert world.incidents()[0].times == 1


def test_what_was_late_is_so_also_when_the_reports_are_gone_through_again(
    world: World, settings: Settings
) -> None:
    told(world, 240, 280)
    told(world, 250, 285)
    told(world, 240, 290, BAD)
    assert world.incidents() == []
    ask_ancestry(world.database, settings)
    assert verdict(world) == (GOOD, sha(250), sha(285))
    assert world.incidents() == []


def test_commits_further_back_than_a_page_are_compared(
    world: World, hub: Hub, settings: Settings
) -> None:
    told(world, 250, 290)
    told(world, 20, 290, BAD)
    told(world, 10, 290, BAD)
    ask_ancestry(world.database, settings)
    assert sum("/compare/" in path for _, path, _ in hub.asked) == 2
    assert verdict(world) == (GOOD, sha(250), sha(290))


def test_what_github_does_not_know_keeps_its_place(world: World, settings: Settings) -> None:
    told(world, 250, 290)
    world.report(saw("solved", "f" * 40, BAD), host=sha(290))
    world.report(saw("solved", "no commit", BAD), host=sha(290))
    ask_ancestry(world.database, settings)
    assert verdict(world) == (BAD, "no commit", sha(290))
    with world.database.read() as session:
        assert ancestry.questions(session, datetime.now(UTC)) == ()


def test_host_branches_are_followed(world: World, hub: Hub, settings: Settings) -> None:
    told(world, 250, 290)
    told(world, 250, 280, BAD)
    follow_hosts(world.database, settings)
    assert verdict(world) == (GOOD, sha(250), sha(290))
    told(world, 250, 285, BAD)  # known now, and old
    assert verdict(world) == (GOOD, sha(250), sha(290))
    with world.database.read() as session:
        plugin = queries.find_plugin(session, "solved")
        assert plugin is not None
        matrix = queries.status_matrix(session, plugin, world.now)
    assert "last judged 10 commits ago" in str(status_message(matrix, world.now))
    spent = hub.spent
    follow_hosts(world.database, settings)
    host = next(one for one in hub.repositories.values() if one.full_name == "discourse/discourse")
    assert hub.spent - spent == 2  # the two branches that the stand-in does not have
    host.commits["tests-passed"] = [sha(n) for n in range(450, 0, -1)]
    follow_hosts(world.database, settings)
    with world.database.read() as session:
        rows = session.exec(select(Commit).where(Commit.line == host_line("tests-passed"))).all()
    places = {int(row.sha, 16): row.place or 0 for row in rows}
    assert sorted(places, key=places.__getitem__) == list(range(min(places), 451))


def test_the_branches_that_reports_name_are_followed(
    world: World, hub: Hub, settings: Settings
) -> None:
    host = next(one for one in hub.repositories.values() if one.full_name == "discourse/discourse")
    host.commits |= {"latest": [sha(7)], "esr/2026.1": [sha(6)], "someones-own": [sha(5)]}
    for branch in ("latest", "esr/2026.1"):
        world.report(saw("solved", sha(250), GOOD), host=sha(6), branch=branch)
    follow_hosts(world.database, settings)
    with world.database.read() as session:
        lines = set(session.exec(select(Commit.line).where(col(Commit.asked_at).is_not(None))))
    assert lines == {"host/latest", "host/esr/2026.1", "host/tests-passed"}


def test_no_page_is_asked_for_that_is_not_read(world: World, hub: Hub, settings: Settings) -> None:
    host = next(one for one in hub.repositories.values() if one.full_name == "discourse/discourse")
    host.commits["tests-passed"] = [sha(n) for n in range(700, 0, -1)]
    before = len(hub.asked)
    follow_hosts(world.database, settings)
    paths = [path for _, path, _ in hub.asked[before:] if "tests-passed" in path]
    assert len(paths) == 5
    with world.database.read() as session:
        assert len(session.exec(select(Commit)).all()) == 500


def test_only_what_was_read_moves(database: Database) -> None:
    world = make_world(database, datetime.now(UTC), "solved")
    for number in (3, 9, 1, 2):
        world.report(saw("solved", "p", GOOD), host=f"h{number}")
    world.record(
        HistoryReading(host_line("tests-passed"), ("h1", "h2", "h3"), asked=("h1", "h2", "h3"))
    )
    order, key = CommitOrder(), Key(1, "main", "tests-passed")
    with database.read() as session:
        order.load(session, [(key, Pair("p", f"h{n}")) for n in (1, 2, 3, 9)], world.now)
    hosts = {
        name: place for (line, name), place in order.places.items() if line.startswith("host/")
    }
    assert sorted(hosts, key=hosts.__getitem__) == ["h1", "h9", "h2", "h3"]
