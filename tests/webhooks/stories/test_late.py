"""Reports that come late, or may: what they leave as it is, and when a plugin that was taken back is believed."""

from datetime import timedelta

import pytest
from sqlmodel import select

from models.database.engine import Database
from models.events.silence import Overdue
from models.tables import SourceVerdict
from tests.asking import ask
from tests.webhooks.conftest import Clock, Door, line, report
from tests.webhooks.servers import BAD, ERROR, GOOD, NEW, OLD, Servers
from webhooks.recording.intake import Intake


@pytest.fixture
def intake(database: Database, clock: Clock) -> Intake:
    return Intake(database, clock=clock.read)


@pytest.fixture
def servers(door: Door, clock: Clock) -> Servers:
    return Servers(door, clock)


def test_a_plugin_taken_back_on_the_same_host_ends_it_when_that_is_said_twice(
    servers: Servers,
) -> None:
    servers("aaaaaaa1")
    servers("aaaaaaa1", ERROR, moved=("solved",))
    servers("aaaaaaa1")
    assert servers.of().resolved_at is None, "it may be a late report"
    servers("aaaaaaa1", after=timedelta(days=1))
    assert servers.of().resolved_at is not None


def test_a_late_report_before_one_more_of_the_newer_commit_takes_nothing_back(
    servers: Servers,
) -> None:
    servers("aaaaaaa1")
    for _ in range(2):
        servers("aaaaaaa1", ERROR, moved=("solved",), after=timedelta(days=1))
        servers("aaaaaaa1")
    assert servers.of().resolved_at is None


def test_a_late_report_of_a_host_that_was_never_heard_of_takes_nothing_back(
    servers: Servers,
) -> None:
    servers("aaaaaaa1")
    servers("aaaaaaa3", ERROR, moved=("solved",))
    servers("aaaaaaa2")
    assert servers.of().resolved_at is None
    servers("aaaaaaa4", ERROR, moved=("solved",), after=timedelta(days=1))
    assert servers.of().resolved_at is None
    assert servers.of().times == 1


def test_a_plugin_taken_back_while_the_host_goes_on_is_well_when_that_is_said_twice(
    servers: Servers,
) -> None:
    servers("aaaaaaa1")
    servers("aaaaaaa2", ERROR, moved=("solved",))
    servers("aaaaaaa3")
    assert servers.of().resolved_at is None
    servers("aaaaaaa4", after=timedelta(days=1))
    assert servers.of().resolved_at is not None


def test_a_late_report_of_an_older_commit_that_failed_breaks_nothing(servers: Servers) -> None:
    servers("aaaaaaa1")
    servers("aaaaaaa3", moved=("solved",))
    servers("aaaaaaa2", ERROR)
    servers("aaaaaaa2", ERROR, after=timedelta(minutes=5))  # sent once more
    assert servers.door.world.incidents() == []
    servers("aaaaaaa3", moved=("solved",))
    servers("aaaaaaa4", ERROR)  # and another one, later
    servers("aaaaaaa5", moved=("solved",))
    assert servers.door.world.incidents() == []


def test_a_late_report_of_an_older_commit_moves_nothing_that_fails_back(servers: Servers) -> None:
    servers("aaaaaaa1")
    servers("aaaaaaa3", ERROR, moved=("solved",))
    servers("aaaaaaa2", ERROR)
    assert servers.of().last_plugin_sha == NEW


def test_a_plugin_taken_back_that_fails_there_is_told_when_that_is_said_twice(
    servers: Servers,
) -> None:
    servers("aaaaaaa1")
    servers("aaaaaaa2", moved=("solved",))
    servers("aaaaaaa3", ERROR)
    assert servers.door.world.incidents() == []
    servers("aaaaaaa4", ERROR, after=timedelta(days=1))
    assert servers.of().bad_plugin_sha == OLD


@pytest.mark.parametrize(("domain", "moved"), [("another.example.com", ()), ("", ("solved",))])
def test_another_server_that_is_behind_and_a_newer_host_are_believed_at_once(
    servers: Servers, domain: str, moved: tuple[str, ...]
) -> None:
    how = {"domain": domain} if domain else {}
    servers("aaaaaaa1", **how)
    servers("aaaaaaa2", moved=("solved",))
    servers("aaaaaaa3", ERROR, moved=moved, **how)
    assert servers.of().bad_host_sha == "aaaaaaa3"


@pytest.mark.parametrize("plugin", [NEW, f"{2:040x}"])
def test_a_newer_host_or_plugin_that_works_ends_it_at_once(servers: Servers, plugin: str) -> None:
    servers("aaaaaaa1")
    servers("aaaaaaa2", ERROR, moved=("solved",))
    body = report(line("solved", GOOD, plugin), host="aaaaaaa3", domain="tests-passed.example.com")
    assert servers.door.post("/status", body).json()["success"] == "OK"
    assert servers.of().resolved_at is not None


@pytest.mark.parametrize(
    ("host", "domain"),
    [("aaaaaaa1", "another.example.com"), ("aaaaaaa0", "tests-passed.example.com")],
)
def test_another_server_or_an_older_host_takes_nothing_back(
    servers: Servers, host: str, domain: str
) -> None:
    servers("aaaaaaa0")
    servers("aaaaaaa1")
    servers("aaaaaaa1", ERROR, moved=("solved",))
    for _ in range(3):
        servers(host, after=timedelta(days=1), domain=domain)
    assert servers.of().resolved_at is None


def status(servers: Servers) -> tuple[str, bool]:
    """What the Guard says of solved there, and whether that is over."""
    with servers.door.world.database.read() as session:
        row = session.exec(select(SourceVerdict).where(SourceVerdict.plugin_id == 1)).one()
        return row.verdict, row.expired


def pass_the_deadline(servers: Servers, clock: Clock) -> None:
    clock.now += timedelta(days=4)
    servers.door.world.now = clock.now
    servers.door.world.record(Overdue(limit=10))


def test_a_late_bad_report_keeps_no_good_verdict_that_is_over_from_counting_again(
    servers: Servers, clock: Clock
) -> None:
    servers("aaaaaaa1")
    servers("aaaaaaa2", moved=("solved",))
    pass_the_deadline(servers, clock)
    servers("aaaaaaa3", ERROR)  # late, of the older commit
    assert status(servers) == ("compatible", True)
    servers("aaaaaaa2", moved=("solved",))
    assert status(servers) == ("compatible", False)
    world = servers.door.world
    assert "compatible" in str(ask(world.database, "status solved", clock.now))


def test_a_late_good_report_keeps_no_bad_verdict_that_is_over_from_counting_again(
    servers: Servers, clock: Clock
) -> None:
    servers("aaaaaaa1")
    servers("aaaaaaa2", ERROR, moved=("solved",))
    pass_the_deadline(servers, clock)
    servers("aaaaaaa3")
    assert status(servers) == ("incompatible", True)
    servers("aaaaaaa2", ERROR, moved=("solved",))
    assert status(servers) == ("incompatible", False)


def test_a_good_round_on_commits_whose_bad_verdict_is_over_is_counted_and_revives_nothing(
    servers: Servers, clock: Clock
) -> None:
    servers("aaaaaaa1")
    servers("aaaaaaa2", ERROR, moved=("solved",))
    pass_the_deadline(servers, clock)
    for _ in range(2):
        servers("aaaaaaa2", moved=("solved",))
        assert status(servers) == ("incompatible", True)
    servers("aaaaaaa2", moved=("solved",))
    assert status(servers) == ("compatible", False)
    assert servers.of().resolved_at is not None


def test_what_another_server_says_meanwhile_makes_no_late_report_believed(servers: Servers) -> None:
    other = {"domain": "another.example.com", "after": timedelta(minutes=1)}
    servers("aaaaaaa1")
    servers("aaaaaaa2", moved=("solved",))
    servers("aaaaaaa3", ERROR)
    servers("aaaaaaa2", moved=("solved",), **other)
    servers("aaaaaaa3", ERROR, after=timedelta(minutes=1))
    assert servers.door.world.incidents() == []


def test_two_late_reports_of_different_commits_break_nothing(servers: Servers) -> None:
    def says(host: str, sha: str, status: int) -> None:
        said = line("solved", status, sha, message=ERROR if status == BAD else None)
        body = report(said, host=host, domain="tests-passed.example.com")
        assert servers.door.post("/status", body).json()["success"] == "OK"

    says("aaaaaaa0", f"{9:040x}", GOOD)
    servers("aaaaaaa1")
    servers("aaaaaaa2", moved=("solved",))
    says("aaaaaaa3", OLD, BAD)
    says("aaaaaaa4", f"{9:040x}", BAD)
    assert servers.door.world.incidents() == []


OTHERS = ("voting", "chat-extra")


def test_a_late_report_says_nothing_of_plugins_that_did_not_move_either(servers: Servers) -> None:
    servers("aaaaaaa1")
    servers("aaaaaaa3", ERROR, moved=OTHERS)
    servers("aaaaaaa2")  # of a host that was never heard of, and so seems newer
    servers("aaaaaaa2", after=timedelta(minutes=5))  # sent once more
    assert servers.of().resolved_at is None
    servers("aaaaaaa4", moved=OTHERS)
    assert servers.of().resolved_at is not None


def test_nor_does_one_that_failed_break_them(servers: Servers) -> None:
    servers("aaaaaaa1")
    servers("aaaaaaa3", moved=OTHERS)
    servers("aaaaaaa2", ERROR)
    servers("aaaaaaa2", ERROR, after=timedelta(minutes=50))
    assert servers.door.world.incidents() == []
    servers("aaaaaaa4", ERROR, moved=OTHERS)
    assert servers.of().bad_host_sha == "aaaaaaa4"


def test_a_report_with_more_that_is_newer_than_older_is_believed(servers: Servers) -> None:
    servers("aaaaaaa1")
    servers("aaaaaaa2", ERROR, moved=("voting",))
    servers("aaaaaaa3", moved=("chat-extra",))
    assert servers.of().resolved_at is not None


def test_a_server_that_took_another_plugin_back_is_believed_when_it_says_so_twice(
    servers: Servers,
) -> None:
    servers("aaaaaaa1")
    servers("aaaaaaa2", ERROR, moved=("voting",))
    servers("aaaaaaa3")
    assert servers.of().resolved_at is None
    servers("aaaaaaa3", after=timedelta(days=1))
    assert servers.of().resolved_at is not None
