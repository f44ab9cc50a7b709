"""One key that sends what takes long does not make others wait."""

import asyncio
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlmodel import select

from models.database.engine import Database
from models.events import GuardReport, Outcome
from models.rules.kinds import KeyKind
from models.rules.status import Verdict
from models.tables import ApiKey
from tests.webhooks.conftest import Door, line, report
from tests.world import make_world, saw
from webhooks.accounts import AT_ONCE, SHARE, Accounts
from webhooks.intake import Intake
from webhooks.queues import work
from webhooks.refusal import Refusal


@pytest.fixture
def intake(database: Database) -> Intake:
    """One of which the test sees the accounts."""
    return Intake(database)


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
    with pytest.raises(Refusal, match="again in 6 seconds") as refused:
        accounts.admit(1)
    assert refused.value.status == 429
    watch.at += 0.11 / SHARE + 1
    accounts.admit(1)


def test_a_batch_is_paid_by_those_who_made_work() -> None:
    accounts = Accounts(clock=_Watch().read)
    accounts.charge(1.5 * AT_ONCE, {1: 1, 2: 2})
    accounts.admit(1)
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
        found = asyncio.run(_waiting_together(Intake(database), heavy, other))
        assert [type(each) for each in found] == [Refusal, Outcome]


async def _waiting_together(
    intake: Intake, heavy: GuardReport, other: GuardReport
) -> list[Outcome | BaseException]:
    """What both hear, of which one comes by a key that took too much meanwhile."""
    waiting = asyncio.gather(intake.submit(heavy), intake.submit(other), return_exceptions=True)
    await asyncio.sleep(0)
    intake.accounts.charge(2 * AT_ONCE, {heavy.reporter.key_id: 1})
    intake.start()
    try:
        return await waiting
    finally:
        intake.stop()


def test_a_key_that_took_too_much_is_told_when_to_send_again(door: Door, intake: Intake) -> None:
    assert door.post("/status", report(line("solved"))).status_code == 200
    with door.world.database.read() as session:
        key_id = session.exec(select(ApiKey.id).where(ApiKey.name == "canary-1")).one()
    intake.accounts.charge(2 * AT_ONCE, {key_id or 0: 1})
    refused = door.post("/status", report(line("solved")))
    assert refused.status_code == 429
    assert "again in" in refused.json()["errors"][0]
    other = door.make_key(KeyKind.SITE, "canary-2")
    assert door.post("/status", report(line("solved")), key=other).status_code == 200


def test_news_is_work_and_heartbeats_are_none(database: Database, now: datetime) -> None:
    world = make_world(database, now, "solved")
    news = world.a_report(saw("solved", "s1", Verdict.COMPATIBLE))
    found = [world.report(*news.observations).number for _ in range(2)]
    assert [work(news, number) for number in found] == [1, 0]
