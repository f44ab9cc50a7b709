"""One cause, one card: a plugin that fails in one way on several host branches, as canary servers report it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from models import outbox
from models.database.engine import Database
from models.events import Observation
from models.tables import Announcement, Incident, Posting
from tests.webhooks.conftest import Clock, Door, line, report
from tests.world import BAD as BROKEN
from tests.world import GOOD as WORKS
from tests.world import saw
from webhooks.recording.intake import Intake

GOOD, BAD = 1, 2
GONE, LOST = "NameError: uninitialized constant Gone", "NameError: uninitialized constant Lost"
BRANCHES = ("tests-passed", "beta", "stable")


@pytest.fixture
def intake(database: Database, clock: Clock) -> Intake:
    return Intake(database, clock=clock.read)


class Servers:
    """One canary server for each host branch, which reports an hour after whatever was reported last."""

    def __init__(self, door: Door, clock: Clock) -> None:
        self.door, self._clock = door, clock
        self._reports = 0

    def __call__(self, branch: str, sha: str, error: str | None = None) -> None:
        """Solved at this commit, on a new commit of the host."""
        self._clock.now += timedelta(hours=1)
        self._reports += 1
        said = line("solved", BAD if error else GOOD, sha, message=error)
        body = report(said, host=f"{self._reports:040x}", branch=branch)
        body["domain"] = f"{branch}.example.com"
        assert self.door.post("/status", body).json()["success"] == "OK"

    def pass_days(self, days: int) -> None:
        self._clock.now += timedelta(days=days)

    def everywhere(self, sha: str, error: str | None = None) -> None:
        for branch in BRANCHES:
            self(branch, sha, error)

    def told(self) -> list[Announcement]:
        """What was told since this was asked last."""
        with self.door.world.database.write() as session:
            while claims := outbox.claim(session, ["local"], self._clock.now):
                marks = [(claim, str(claim.id)) for claim in claims]
                outbox.mark_sent(session, marks, self._clock.now)
        rows = self.door.world.announced()
        self._seen, seen = len(rows), getattr(self, "_seen", 0)
        return rows[seen:]


@pytest.fixture
def servers(door: Door, clock: Clock) -> Servers:
    return Servers(door, clock)


def how(rows: list[Announcement]) -> list[tuple[str, str, bool]]:
    return [(row.conversation, row.action, row.broadcast) for row in rows]


def test_broken_on_three_branches_is_one_card_with_a_line_a_branch(servers: Servers) -> None:
    servers.everywhere("a1b2c3d4")
    servers("tests-passed", "b1b2c3d4", GONE)
    servers.told()
    servers("beta", "b1b2c3d4", GONE)
    servers("stable", "b1b2c3d4", GONE)
    told = servers.told()
    assert {row.conversation for row in told} == {"incident:1"}
    assert not any(row.broadcast for row in told)
    card = [row.message for row in told if row.action == Posting.EDIT][-1]
    assert "beta: so too" in card
    assert "stable: so too" in card
    assert [each.lead_id for each in servers.door.world.incidents()] == [None, 1, 1]


def test_one_recovery_is_told_when_all_are_well_and_the_parts_in_the_thread(
    servers: Servers,
) -> None:
    servers.everywhere("a1b2c3d4")
    servers.everywhere("b1b2c3d4", GONE)
    servers.told()
    servers("tests-passed", "c1b2c3d4")
    servers("beta", "c1b2c3d4")
    parts = servers.told()
    assert [row.action for row in parts if row.action == Posting.REPLY] == [Posting.REPLY] * 2
    assert not any(row.broadcast for row in parts)
    card = [row.message for row in parts if row.action == Posting.EDIT][-1]
    assert "does not load on stable" in card
    assert "beta: works again" in card
    servers("stable", "c1b2c3d4")
    assert how(servers.told()) == [
        ("incident:1", Posting.EDIT, False),
        ("incident:1", Posting.REPLY, True),
    ]


def test_a_branch_that_breaks_weeks_later_is_a_line_of_the_same_card(servers: Servers) -> None:
    servers.everywhere("a1b2c3d4")
    servers("tests-passed", "b1b2c3d4", GONE)
    servers.pass_days(20)
    servers("esr/2026.1", "a1b2c3d4")
    servers("esr/2026.1", "b1b2c3d4", GONE)
    told = servers.told()
    assert {row.conversation for row in told} >= {"incident:1"}
    assert [row.conversation for row in told if row.action == Posting.POST] == ["incident:1"]
    assert "esr/2026.1" in [row for row in told if row.action != Posting.REPLY][-1].message


def test_a_branch_that_breaks_in_the_words_in_which_the_first_fails_now_is_of_its_card(
    servers: Servers,
) -> None:
    servers.everywhere("a1b2c3d4")
    servers("tests-passed", "b1b2c3d4", GONE)
    servers("tests-passed", "c1b2c3d4", LOST)
    servers("stable", "c1b2c3d4", LOST)
    servers("beta", "b1b2c3d4", GONE)
    posts = [row.conversation for row in servers.told() if row.action == Posting.POST]
    assert posts == ["incident:1", "incident:3"]


def test_other_words_on_another_branch_have_a_card_of_their_own(servers: Servers) -> None:
    servers.everywhere("a1b2c3d4")
    servers("tests-passed", "b1b2c3d4", GONE)
    servers("beta", "b1b2c3d4", LOST)
    posts = [row.conversation for row in servers.told() if row.action == Posting.POST]
    assert posts == ["incident:1", "incident:2"]


def test_what_breaks_after_the_first_was_well_again_is_a_card_of_its_own(servers: Servers) -> None:
    servers.everywhere("a1b2c3d4")
    servers("tests-passed", "b1b2c3d4", GONE)
    servers("tests-passed", "c1b2c3d4")
    servers("stable", "b1b2c3d4", GONE)
    posts = [row.conversation for row in servers.told() if row.action == Posting.POST]
    assert posts == ["incident:1", "incident:2"]


def test_a_branch_that_breaks_again_meanwhile_stays_on_the_card(servers: Servers) -> None:
    servers.everywhere("a1b2c3d4")
    servers.everywhere("b1b2c3d4", GONE)
    servers("tests-passed", "c1b2c3d4")
    servers.told()
    servers("tests-passed", "d1b2c3d4", GONE)
    told = servers.told()
    assert {row.conversation for row in told} == {"incident:1"}
    assert not any(row.broadcast for row in told), "the room knows that it is broken"


def everywhere_at_once(servers: Servers, *said: Observation) -> list[Announcement]:
    """What one batch tells, of a report for each of the branches."""
    world = servers.door.world
    world.now += timedelta(days=2)
    servers.told()
    world.record(
        *(
            world.a_report(each, host=f"{branch}-{each.sha}", branch=branch)
            for each, branch in zip(said, BRANCHES, strict=False)
        )
    )
    return [row for row in servers.told() if row.action == Posting.REPLY]


def test_what_works_again_everywhere_at_once_is_told_once(servers: Servers) -> None:
    servers.everywhere("a1b2c3d4")
    servers.everywhere("b1b2c3d4", GONE)
    replies = everywhere_at_once(servers, *[saw("solved", "c1b2c3d4", WORKS)] * 3)
    assert [row.broadcast for row in replies] == [False, False, True]
    assert "orks again" in replies[-1].message


def test_what_ends_at_once_while_one_branch_is_broken_stands_nowhere_out(servers: Servers) -> None:
    servers.everywhere("a1b2c3d4")
    servers.everywhere("b1b2c3d4", GONE)
    replies = everywhere_at_once(servers, *[saw("solved", "c1b2c3d4", WORKS)] * 2)
    assert [row.broadcast for row in replies] == [False, False]


def test_what_is_muted_leaves_the_last_word_to_another_branch(servers: Servers) -> None:
    servers.everywhere("a1b2c3d4")
    servers.everywhere("b1b2c3d4", GONE)
    with servers.door.world.database.write() as session:
        session.get_one(Incident, 3).muted_at = servers.door.world.now
    replies = everywhere_at_once(servers, *[saw("solved", "c1b2c3d4", WORKS)] * 3)
    assert [row.broadcast for row in replies][:2] == [False, True]


def test_what_breaks_again_everywhere_at_once_stands_out_once(servers: Servers) -> None:
    servers.everywhere("a1b2c3d4")
    servers.everywhere("b1b2c3d4", GONE)
    everywhere_at_once(servers, *[saw("solved", "c1b2c3d4", WORKS)] * 3)
    servers.door.world.now -= timedelta(days=2) - timedelta(hours=1)
    again = replace(saw("solved", "d1b2c3d4", BROKEN, GONE), backtrace=None)
    replies = everywhere_at_once(servers, *[again] * 3)
    assert [row.broadcast for row in replies].count(True) == 1


def test_a_branch_that_is_cleared_while_another_one_breaks_leads_its_card(servers: Servers) -> None:
    world = servers.door.world
    servers.everywhere("a1b2c3d4")
    works, fails = saw("solved", "b1b2c3d4", WORKS), saw("solved", "b1b2c3d4", BROKEN, GONE)
    world.record(world.a_report(fails, host="c1c2c3c4", branch="tests-passed"))
    world.record(
        world.a_report(works, host="d1d2d3d4", branch="beta"),
        world.a_report(fails, host="e1e2e3e4", branch="stable"),
    )
    first, other = world.incidents()
    assert (first.suspect, other.lead_id) == ("host", first.id)
