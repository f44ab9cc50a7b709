"""One key that sends what takes long does not make others wait."""

import asyncio
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import func, select

from models.database.engine import Database
from models.events import GuardReport, Outcome
from models.rules.key_limits import MOST_NEW_NAMES, KeyLimit
from models.rules.kinds import KeyKind
from models.rules.status import Verdict
from models.tables import ApiKey, Commit, Site, SourceVerdict, Status
from tests.canaries import SERVER
from tests.webhooks.canary.test_canary import body
from tests.webhooks.conftest import Clock, Door, line, report
from tests.world import a_plugin, make_world, saw
from webhooks.guard.endpoints import MAX_HEARTBEATS
from webhooks.recording.accounts import AT_ONCE, SHARE, Accounts
from webhooks.recording.intake import Intake
from webhooks.recording.queues import work


@pytest.fixture
def intake(database: Database, clock: Clock) -> Intake:
    """One of which the test sees the accounts."""
    return Intake(database, clock=clock.read)


class _Watch:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.at = 1_000.0

    def read(self) -> float:
        return self.at


def test_a_key_that_took_more_than_it_had_waits_until_it_has_paid_it_back() -> None:
    watch = _Watch()
    accounts = Accounts(clock=watch.read)
    accounts.charge(AT_ONCE + 0.11, {1: 5})
    refusal = accounts.refusal(1)
    assert refusal is not None
    assert (refusal.status, "again in 6 seconds" in refusal.reason) == (429, True)
    watch.at += 0.11 / SHARE + 1
    assert accounts.refusal(1) is None


def test_a_batch_is_paid_by_those_who_made_work() -> None:
    accounts = Accounts(clock=_Watch().read)
    accounts.charge(1.5 * AT_ONCE, {1: 1, 2: 2})
    assert accounts.refusal(1) is None
    assert accounts.refusal(2)
    assert accounts.refusal(3) is None


def test_nobody_has_more_than_may_be_taken_at_once() -> None:
    watch = _Watch()
    accounts = Accounts(clock=watch.read)
    accounts.charge(0.1, {1: 1})
    watch.at += 1_000_000
    accounts.charge(AT_ONCE, {1: 1})
    assert accounts.refusal(1)


def test_what_waits_when_its_key_took_too_much_is_refused_and_others_are_taken(
    tmp_path: Path, sqlite_template: Path, now: datetime
) -> None:
    path = tmp_path / "accounts.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    with closing(Database(f"sqlite:///{path}")) as database:
        world = make_world(database, now, "solved")
        heavy = world.a_report(saw("solved", "s1", Verdict.INCOMPATIBLE))
        other = replace(heavy, reporter=world.client("forum.example.com", "solved"))
        taken, beside = asyncio.run(
            _waiting_together(Intake(database, clock=lambda: world.now), heavy, other)
        )
        assert (taken.accepted, taken.beyond) == ((), KeyLimit.TIME)
        assert (beside.accepted, beside.beyond) == (("solved",), None)


async def _waiting_together(
    intake: Intake, heavy: GuardReport, other: GuardReport
) -> tuple[Outcome, Outcome]:
    """What both hear, of which one comes by a key that took too much meanwhile."""
    waiting = asyncio.gather(intake.submit(heavy), intake.submit(other))
    await asyncio.sleep(0)
    intake.accounts.charge(2 * AT_ONCE, {heavy.reporter.key_id: 1})
    intake.start()
    try:
        return await waiting
    finally:
        intake.stop()


def key_id(door: Door, name: str = "canary-1") -> int:
    """The number of this key."""
    with door.world.database.read() as session:
        return session.exec(select(ApiKey.id).where(ApiKey.name == name)).one() or 0


def cards(door: Door) -> list[str]:
    """What people are told of keys."""
    told = door.world.announced()
    return [row.message for row in told if row.conversation.startswith("source:")]


def test_a_key_that_took_too_much_is_told_when_to_send_again(door: Door, intake: Intake) -> None:
    assert door.post("/status", report(line("solved"))).status_code == 200
    intake.accounts.charge(2 * AT_ONCE, {key_id(door): 1})
    refused = door.post("/status", report(line("solved", 2)))
    assert refused.status_code == 429
    assert "again in" in refused.json()["errors"][0]
    other = door.make_key(KeyKind.SITE, "canary-2")
    assert door.post("/status", report(line("solved")), key=other).status_code == 200


def test_of_a_key_that_took_too_much_what_works_as_before_is_taken_and_its_server_is_seen(
    door: Door, intake: Intake, clock: Clock
) -> None:
    door.post("/status", report(line("solved"), line("voting")))
    intake.accounts.charge(2 * AT_ONCE, {key_id(door): 1})
    clock.now += timedelta(hours=5)
    answer = door.post("/status", report(line("solved"), line("voting", 2), line("chat-extra")))
    assert (answer.status_code, answer.json()["updated"]) == (200, ["solved"])
    put_off = {each["plugin"]: each["errors"] for each in answer.json()["errors"]}
    assert set(put_off) == {"voting", "chat-extra"}
    assert "again in" in put_off["voting"][0]
    with door.world.database.read() as session:
        assert session.exec(select(Site.seen_at)).one() == clock.now
        seen = {row.plugin_id: row.seen_at for row in session.exec(select(SourceVerdict))}
    assert sorted(seen.values()) == [clock.now - timedelta(hours=5), clock.now]
    assert door.world.incidents() == []


def test_a_key_that_took_too_much_sends_nothing_large(door: Door, intake: Intake) -> None:
    large = report(line("solved", 2, backtrace="x" * MAX_HEARTBEATS))
    assert door.post("/status", large).status_code == 200
    intake.accounts.charge(2 * AT_ONCE, {key_id(door): 1})
    assert "again in" in door.post("/status", large).json()["errors"][0]
    assert door.post("/status", report(line("voting"))).status_code == 429


def test_people_are_told_once_of_a_key_that_took_too_much(door: Door, intake: Intake) -> None:
    for name, kind, domain in (
        ("canary-2", KeyKind.CANARY, None),
        ("forum", KeyKind.USER, "forum.example.com"),
    ):
        key = door.make_key(kind, name, domain)
        intake.accounts.charge(2 * AT_ONCE, {key_id(door, name): 1})
        for _ in range(2):
            if kind is KeyKind.USER:
                answer = door.post("/user/register", {"plugins": ["solved"]}, key, "User-Api-Key")
            else:
                to = {"Authorization": f"Bearer {key}"}
                answer = door.http.put("/canary/runs/r1", json={}, headers=to)
            assert answer.status_code == 429
    intake.accounts.charge(2 * AT_ONCE, {key_id(door): 1})
    for _ in range(2):
        assert door.post("/status", report(line("solved", 2))).status_code == 429
    told = cards(door)
    assert ["canary-2" in told[0], "forum" in told[1], "canary-1" in told[2]] == [True] * 3
    assert len(told) == 3
    assert all("takes so long to record" in each and "keys revoke" in each for each in told)


def test_a_key_names_so_many_new_branches_and_commits_which_is_told_once(
    door: Door, intake: Intake
) -> None:
    door.post("/status", report(line("solved")))
    left = intake.accounts.new_names(key_id(door))
    assert left == MOST_NEW_NAMES - 3  # the plugin on its branches, its commit, and the host's
    intake.accounts.charge_new_names(key_id(door), left - 3)
    known = rows(door)
    answer = door.post("/status", report(line("voting"), line("chat-extra"), branch="made-up"))
    assert answer.json()["updated"] == ["voting"]
    assert "more new branches and commits" in answer.json()["errors"][0]["errors"][0]
    for n in range(3):
        refused = door.post("/status", report(line("voting", sha=f"b{n}"), branch=f"made-up-{n}"))
        assert (refused.status_code, refused.json()["failed"]) == (200, "FAILED")
    assert rows(door) == known + 4  # a verdict, a status and two commits
    assert door.post("/status", report(line("solved"))).json()["updated"] == ["solved"]
    broken = door.post("/status", report(line("solved", 2)))
    assert broken.json()["updated"] == ["solved"]
    (told,) = [card for card in cards(door) if "canary-1" in card]
    assert "10,000 branches and commits" in told
    other = door.make_key(KeyKind.SITE, "canary-2")
    fine = door.post("/status", report(line("voting"), branch="beta"), key=other)
    assert fine.json()["updated"] == ["voting"]


def test_a_canarys_key_names_so_many_new_branches(door: Door, intake: Intake) -> None:
    key = door.make_key(KeyKind.CANARY, SERVER)

    def run(number: int, branch: str) -> int:
        named = {"name": "solved", "branch": branch, "sha": "a1b2c3d4"}
        answer = door.http.put(
            f"/canary/runs/r{number}",
            json=body(plugins=[named]),
            headers={"Authorization": f"Bearer {key}"},
        )
        return answer.status_code

    of_canary = key_id(door, SERVER)
    assert run(0, "main") == 200
    left = intake.accounts.new_names(of_canary)
    assert left == MOST_NEW_NAMES - 1
    intake.accounts.charge_new_names(of_canary, left - 1)
    assert [run(1, "made-up"), run(2, "one-more"), run(3, "and-more")] == [200, 429, 429]
    assert [run(4, "main"), run(5, "made-up")] == [200, 200]
    (told,) = [card for card in cards(door) if "branches and commits" in card]
    assert SERVER in told


def rows(door: Door) -> int:
    """How many rows there are that branches and commits make."""
    with door.world.database.read() as session:
        counts = [
            session.exec(select(func.count()).select_from(table)).one()
            for table in (SourceVerdict, Status, Commit)
        ]
    return sum(counts)


def test_a_night_of_three_hundred_plugins_on_three_branches_is_far_from_the_limit(
    door: Door, intake: Intake
) -> None:
    names = [f"p{n}" for n in range(300)]
    with door.world.database.write() as session:
        session.add_all([a_plugin(name, door.world.now) for name in names])
    for night in range(2):
        for branch in ("tests-passed", "stable", "beta"):
            lines = [line(name, sha=f"{branch}{night}") for name in names]
            answer = door.post("/status", report(*lines, branch=branch, host=f"{branch}{night}"))
            assert answer.json()["updated"] == names
    assert intake.accounts.new_names(key_id(door)) > MOST_NEW_NAMES / 2


def test_news_is_work_and_heartbeats_are_none(database: Database, now: datetime) -> None:
    world = make_world(database, now, "solved")
    news = world.a_report(saw("solved", "s1", Verdict.COMPATIBLE))
    found = [world.report(*news.observations).number for _ in range(2)]
    assert [work(news, number) for number in found] == [1, 0]
