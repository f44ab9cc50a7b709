"""Destinations that take nothing for long, messages that nobody takes, and platforms that are turned off."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import col, select, update

from models import outbox
from models.database.engine import Database
from models.messages.message import Message
from models.outbox.sending import SendError
from models.outbox.turned_off import close_others
from models.recording.telling.delivering import SentClaim, mark
from models.recording.telling.parking import try_again
from models.rules.retry import LONGEST_FAILURE, MAX_ATTEMPTS, PARKED_TIME
from models.tables import Announcement, Destination, Posting

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
LATER = SendError("asked to wait", retry_after=1.0)


@pytest.fixture
def ops(database: Database, now: datetime) -> int:
    """A Slack channel for which two messages wait; guardians are in the local room."""
    with database.write() as session:
        session.add(Destination(platform="slack", address="C1", name="ops"))
        session.flush()
        to = session.exec(select(Destination.id).where(Destination.platform == "slack")).one() or 0
        for title in ("one", "two"):
            outbox.enqueue(session, to, title, Posting.POST, Message(title), now)
    return to


def fail(database: Database, at: datetime, error: SendError | str = LATER) -> int:
    """Send all that is due, with this outcome; return how many messages that were."""
    with database.write() as session:
        claims = outbox.claim(session, ["slack"], at)
        mark(session, [SentClaim(claim, error) for claim in claims], at)
    return len(claims)


def told(database: Database, at: datetime) -> list[str]:
    with database.write() as session:
        claims = outbox.claim(session, ["local"], at)
        mark(session, [SentClaim(claim, str(claim.id)) for claim in claims], at)
    return [claim.message.title for claim in claims]


@pytest.mark.parametrize("error", [LATER, SendError("HTTP 500")])
def test_who_takes_nothing_for_long_is_parked_told_once_tried_hourly_and_loses_nothing(
    database: Database, ops: int, now: datetime, error: SendError
) -> None:
    at = now
    while at < now + LONGEST_FAILURE:
        fail(database, at, error)
        at += HOUR
    assert told(database, at) == []
    fail(database, at, error)
    assert told(database, at) == ["Messages to ops (slack) are held back", "one", "two"]
    for _ in range(3):
        assert fail(database, at + HOUR, error) == 0
        with database.write() as session:
            try_again(session, ["slack"], at + PARKED_TIME - SECOND)
            try_again(session, ["local"], at + PARKED_TIME)
        assert fail(database, at + PARKED_TIME, error) == 0
        at += PARKED_TIME
        with database.write() as session:
            try_again(session, ["slack"], at)
        assert fail(database, at, error) > 0
        assert told(database, at) == []
    with database.write() as session:
        try_again(session, ["slack"], at + PARKED_TIME)
    assert fail(database, at + PARKED_TIME, "m1") == 2
    with database.read() as session:
        row = session.get_one(Destination, ops)
        assert (row.parked_at, row.failing_since) == (None, None)
        assert (
            session.exec(select(Announcement).where(col(Announcement.dead_at).is_not(None))).all()
            == []
        )


def test_one_success_begins_the_time_again(database: Database, ops: int, now: datetime) -> None:
    fail(database, now)
    with database.write() as session:
        outbox.enqueue(session, ops, "three", Posting.POST, Message("three"), now)
        (third,) = (
            claim
            for claim in outbox.claim(session, ["slack"], now)
            if claim.conversation == "three"
        )
        mark(session, [SentClaim(third, "m3")], now)
    fail(database, now + LONGEST_FAILURE)
    assert told(database, now + LONGEST_FAILURE) == []


def test_who_was_forgotten_while_it_was_told_keeps_nobody_else_waiting(
    database: Database, ops: int, now: datetime
) -> None:
    errors = (LATER, SendError("no", permanent=True), SendError("gone", gone=True), "m1")
    with database.write() as session:
        (claimed, _) = outbox.claim(session, ["slack"], now)
        session.delete(session.get_one(Destination, ops))
    for error in errors:
        with database.write() as session:
            assert mark(session, [SentClaim(claimed, error)], now) == []


@pytest.mark.usefixtures("ops")
def test_a_sane_platform_is_obeyed_to_the_second_and_costs_nothing(
    database: Database, now: datetime
) -> None:
    for second in range(15):
        assert fail(database, now + second * 2 * SECOND) == 2
    assert fail(database, now + HOUR, "m1") == 2


@pytest.mark.usefixtures("ops")
def test_a_message_that_a_platform_asks_to_wait_for_ever_is_given_up_and_told(
    database: Database, now: datetime
) -> None:
    with database.write() as session:
        session.exec(update(Announcement).values(attempts=2 * MAX_ATTEMPTS - 2))
    assert [fail(database, now), fail(database, now + HOUR), fail(database, now + 2 * HOUR)] == [
        2,
        2,
        0,
    ]
    assert told(database, now + HOUR) == ["A message to ops (slack) was put aside"]


def test_nothing_is_kept_for_a_platform_that_is_turned_off(
    database: Database, ops: int, now: datetime
) -> None:
    with database.write() as session:
        close_others(session, {"local": True, "slack": False, "discord": False}, now)
        outbox.enqueue(session, ops, "three", Posting.POST, Message("three"), now)
        rows = session.exec(select(Announcement)).all()
        assert [(row.error, row.dead_at) for row in rows] == [("slack is turned off", now)] * 2
        close_others(session, {"local": True, "slack": True, "discord": False}, now)
        outbox.enqueue(session, ops, "four", Posting.POST, Message("four"), now)
        assert [claim.conversation for claim in outbox.claim(session, ["slack"], now)] == ["four"]
