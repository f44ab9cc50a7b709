"""The outbox: order within a conversation, leases and their fencing, retries, parked destinations."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from models import outbox
from models.database.engine import Database
from models.messages.message import Message
from models.outbox import CLAIMS_PER_DESTINATION, LEASE, Claim
from models.recording.telling.claimer import Claimer
from models.recording.telling.parking import park, unpark
from models.tables import Announcement, Destination, MessageReference, Posting

SECOND = timedelta(seconds=1)


@pytest.fixture
def room(database: Database) -> int:
    with database.read() as session:
        return session.exec(select(Destination.id)).one() or 0


def put(
    database: Database, to: int, conversation: str, action: Posting, title: str, now: datetime
) -> None:
    with database.write() as session:
        outbox.enqueue(session, to, conversation, action, Message(title), now)


def take(database: Database, now: datetime, platform: str = "local") -> list[Claim]:
    with database.write() as session:
        return outbox.claim(session, [platform], now)


def rows(database: Database) -> list[Announcement]:
    with database.read() as session:
        return list(session.exec(select(Announcement).order_by(Announcement.id)))


def test_a_conversation_is_sent_in_its_order(database: Database, room: int, now: datetime) -> None:
    put(database, room, "incident:1", Posting.POST, "card", now)
    put(database, room, "incident:1", Posting.REPLY, "reply", now)
    put(database, room, "incident:2", Posting.POST, "other card", now)
    first = take(database, now)
    assert [claim.message.title for claim in first] == ["card", "other card"]
    assert take(database, now) == []
    with database.write() as session:
        outbox.mark_sent(session, [(first[0], "m1")], now)
    (reply,) = take(database, now)
    assert (reply.message.title, reply.reference) == ("reply", "m1")


def test_a_lease_that_ended_lets_another_take_over_and_fences_the_first(
    database: Database, room: int, now: datetime
) -> None:
    put(database, room, "incident:1", Posting.POST, "card", now)
    (slow,) = take(database, now)
    assert take(database, now + LEASE - SECOND) == []
    (quick,) = take(database, now + LEASE)
    assert (quick.id, quick.attempts) == (slow.id, 2)
    with database.write() as session:
        outbox.mark_sent(session, [(slow, "late")], now + LEASE)
    assert rows(database)[0].sent_at is None
    with database.read() as session:
        assert session.exec(select(MessageReference)).all() == []
    with database.write() as session:
        outbox.mark_sent(session, [(quick, "m1")], now + LEASE)
        outbox.mark_failed(session, slow, "too late", now + LEASE, retry_at=now)
    with database.read() as session:
        assert session.exec(select(MessageReference)).one().reference == "m1"
    assert (rows(database)[0].sent_at, rows(database)[0].error) == (now + LEASE, None)


def test_a_failed_row_waits_for_its_time_and_keeps_back_its_conversation_only(
    database: Database, room: int, now: datetime
) -> None:
    put(database, room, "incident:1", Posting.POST, "card", now)
    put(database, room, "incident:1", Posting.REPLY, "reply", now)
    (claim,) = take(database, now)
    with database.write() as session:
        outbox.mark_failed(session, claim, "busy", now, retry_at=now + 10 * SECOND)
    put(database, room, "incident:2", Posting.POST, "other", now)
    assert [claim.message.title for claim in take(database, now)] == ["other"]
    with database.read() as session:
        assert outbox.next_due(session, ["local"], now) == now + 10 * SECOND
    assert [claim.message.title for claim in take(database, now + 10 * SECOND)] == ["card"]


def test_a_dead_letter_lets_its_conversation_go_on(
    database: Database, room: int, now: datetime
) -> None:
    put(database, room, "incident:1", Posting.POST, "card", now)
    put(database, room, "incident:1", Posting.REPLY, "reply", now)
    (claim,) = take(database, now)
    with database.write() as session:
        outbox.mark_failed(session, claim, "refused for good", now, retry_at=None)
    assert [claim.message.title for claim in take(database, now)] == ["reply"]
    assert (rows(database)[0].dead_at, rows(database)[0].error) == (now, "refused for good")


def test_a_long_backlog_does_not_hide_another_destination(
    database: Database, room: int, now: datetime
) -> None:
    with database.write() as session:
        session.add(Destination(platform="local", address="other", name="other"))
    for n in range(CLAIMS_PER_DESTINATION + 5):
        put(database, room, f"incident:{n}", Posting.POST, "backlog", now)
    put(database, room + 1, "incident:0", Posting.POST, "urgent", now)
    claims = take(database, now)
    assert len(claims) == CLAIMS_PER_DESTINATION + 1
    assert claims[-1].message.title == "urgent"


def test_only_the_platforms_that_are_asked_for_are_claimed(
    database: Database, room: int, now: datetime
) -> None:
    put(database, room, "incident:1", Posting.POST, "card", now)
    assert take(database, now, platform="slack") == []
    with database.read() as session:
        assert outbox.next_due(session, ["slack"], now) is None


def test_a_parked_destination_keeps_what_waits_and_the_guardians_are_told(
    database: Database, room: int, now: datetime
) -> None:
    with database.write() as session:
        session.add(Destination(platform="local", address="gone", name="old channel"))
    gone = room + 1
    put(database, gone, "incident:1", Posting.POST, "card", now)
    with database.write() as session:
        park(session, gone, "channel_not_found", now)
        park(session, gone, "channel_not_found", now)
    notice, card = take(database, now)
    assert (notice.destination_id, "old channel" in notice.message.title) == (room, True)
    assert (card.destination_id, card.conversation, card.message.title) == (
        room,
        "incident:1",
        "card",
    )
    with database.write() as session:
        unpark(session, ["local"])
    assert [claim.message.title for claim in take(database, now)] == ["card"]


def test_an_edit_replaces_what_nobody_tried_to_send_yet_and_nothing_else(
    database: Database, room: int, now: datetime
) -> None:
    put(database, room, "incident:1", Posting.POST, "card", now)
    put(database, room, "incident:1", Posting.EDIT, "card, edited", now)
    assert len(rows(database)) == 1
    (claim,) = take(database, now)
    assert claim.message.title == "card, edited"
    put(database, room, "incident:1", Posting.EDIT, "card, edited again", now)
    put(database, room, "incident:1", Posting.EDIT, "card, edited thrice", now)
    assert [row.action for row in rows(database)] == [Posting.POST, Posting.EDIT]
    assert "thrice" in rows(database)[1].message


def test_two_senders_never_hold_the_same_row(database: Database, room: int, now: datetime) -> None:
    for n in range(10):
        put(database, room, f"incident:{n}", Posting.POST, "card", now)
    if database.is_sqlite:
        assert len(take(database, now)) + len(take(database, now)) == 10
        return
    with database.write() as one, database.write() as other:
        first = outbox.claim(one, ["local"], now)
        assert len(first) == 10
        assert outbox.claim(other, ["local"], now) == []


HOUR = timedelta(hours=1)


def test_a_clock_that_goes_back_holds_no_message_back(
    database: Database, room: int, now: datetime
) -> None:
    put(database, room, "incident:1", Posting.POST, "never tried", now + HOUR)
    with database.read() as session:
        assert outbox.next_due(session, ["local"], now) == now
    (held,) = take(database, now)
    with database.write() as session:
        outbox.mark_failed(session, held, "busy", now + HOUR, retry_at=now + HOUR + SECOND)
    assert take(database, now) == []
    claimer = Claimer(database)
    claimer.clock.went_back = True
    assert claimer.next_due(["local"], now, skip=()) == now
    with database.write() as session:
        (held,) = claimer.claim(session, ["local"], now, skip=())
    assert not claimer.clock.went_back
    assert take(database, now) == []  # it is on its way


@pytest.mark.parametrize("wrong_by", [HOUR, -HOUR])
def test_a_clock_that_is_set_takes_no_row_from_who_sends_it(
    database: Database, room: int, now: datetime, wrong_by: timedelta
) -> None:
    put(database, room, "incident:1", Posting.POST, "card", now)
    (held,) = take(database, now)
    with database.write() as session:
        assert outbox.claim(session, ["local"], now + wrong_by, take_over=False) == []
        # Once every sender that lives would have ended, whoever died is taken over from, wherever the clock stands.
        assert [claim.id for claim in outbox.claim(session, ["local"], now + wrong_by)] == [held.id]


def test_a_retry_that_no_clock_of_ours_wrote_down_is_due(
    database: Database, room: int, now: datetime
) -> None:
    put(database, room, "incident:1", Posting.POST, "card", now)
    (held,) = take(database, now)
    with database.write() as session:
        outbox.mark_failed(session, held, "busy", now, retry_at=now + timedelta(days=30))
        assert outbox.next_due(session, ["local"], now) == now
        assert outbox.claim(session, ["local"], now)


def test_new_cards_go_before_replies_and_cards_of_several_before_other_edits(
    database: Database, room: int, now: datetime
) -> None:
    for conversation in ("incident:1", "outbreak:1", "incident:2"):
        put(database, room, conversation, Posting.POST, "old", now)
    with database.write() as session:
        old = [(claim, "m1") for claim in outbox.claim(session, ["local"], now)]
        outbox.mark_sent(session, old, now)
    put(database, room, "incident:1", Posting.EDIT, "edit", now)
    put(database, room, "incident:2", Posting.REPLY, "reply", now)
    put(database, room, "outbreak:1", Posting.EDIT, "edit of several", now)
    put(database, room, "incident:3", Posting.POST, "card", now)
    sent = [claim.message.title for claim in one_by_one(database, now)]
    assert sorted(sent) == ["card", "edit of several"]
    sent = [claim.message.title for claim in one_by_one(database, now)]
    assert sorted(sent) == ["edit", "reply"]
    assert one_by_one(database, now) == []


def test_a_lane_that_rests_holds_back_no_other(
    database: Database, room: int, now: datetime
) -> None:
    put(database, room, "incident:1", Posting.POST, "card", now)
    put(database, room, "incident:2", Posting.EDIT, "edit", now)
    posts, edits = outbox.all_lanes(room)
    with database.write() as session:
        assert outbox.next_due(session, ["local"], now, skip=[posts]) == now
        assert outbox.next_due(session, ["local"], now, skip=[posts, edits]) is None
        (claim,) = outbox.claim(session, ["local"], now, skip=[posts])
    assert (claim.message.title, claim.lane) == ("edit", edits)


def one_by_one(database: Database, now: datetime) -> list[Claim]:
    """Claim what a platform takes that is sent to one by one, and let it stand."""
    with database.write() as session:
        claims = outbox.claim(session, ["local"], now, one_by_one=["local"])
        if claims:
            outbox.mark_sent(session, [(claim, "m") for claim in claims], now)
        return claims


def test_an_edit_passes_the_replies_that_wait_and_not_the_card(
    database: Database, room: int, now: datetime
) -> None:
    put(database, room, "incident:1", Posting.POST, "card", now)
    for n in range(3):
        put(database, room, "incident:1", Posting.REPLY, f"reply {n}", now)
    (card,) = take(database, now)
    put(database, room, "incident:1", Posting.EDIT, "edit", now)
    assert take(database, now) == []
    with database.write() as session:
        outbox.mark_sent(session, [(card, "m")], now)
    taken = take(database, now)
    assert sorted(claim.message.title for claim in taken) == ["edit", "reply 0"]
    with database.write() as session:
        outbox.mark_sent(session, [(claim, "m") for claim in taken], now)
    assert [claim.message.title for claim in take(database, now)] == ["reply 1"]
