"""The announcer against senders that work, fail, hang, and are gone."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import Any

import pytest
from sqlmodel import select, update

from bot.announcer import Announcer, AnnouncerPatience
from models import outbox
from models.database.engine import Database
from models.messages.message import Links, Message
from models.messages.pages import incident_page
from models.outbox.sending import Outgoing, SendError
from models.tables import Announcement, Destination, Posting
from tests.waiting import LONG
from tests.world import BAD, make_world, saw

Send = Callable[[Outgoing], Awaitable[str]]


class Scripted:
    """A sender that remembers what it was given and does as it is told."""

    def __init__(self, send: Send | None = None, seconds_between: float = 0.0) -> None:
        self.sent: list[Outgoing] = []
        self.seconds_between = seconds_between
        self._send = send

    async def send(self, outgoing: Outgoing) -> str:
        self.sent.append(outgoing)
        return await self._send(outgoing) if self._send else f"m{outgoing.outbox_id}"

    @property
    def titles(self) -> list[str]:
        return [outgoing.message.title for outgoing in self.sent]


@asynccontextmanager
async def announcing(
    database: Database, patience: AnnouncerPatience | None = None, **senders: Scripted
) -> AsyncIterator[Announcer]:
    announcer = Announcer(database, senders, patience, pages="https://watch.example")
    running = asyncio.create_task(announcer.run())
    try:
        yield announcer
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(LONG):
        while not condition():  # noqa: ASYNC110 - what is waited for stands in the database
            await asyncio.sleep(0.005)


@pytest.fixture
def room(database: Database) -> int:
    with database.read() as session:
        return session.exec(select(Destination.id)).one() or 0


def put(
    database: Database, to: int, now: datetime, title: str, conversation: str = "incident:1"
) -> None:
    with database.write() as session:
        action = Posting.POST if title.startswith("card") else Posting.REPLY
        outbox.enqueue(session, to, conversation, action, Message(title), now)


def rows(database: Database) -> list[Announcement]:
    with database.read() as session:
        return list(session.exec(select(Announcement).order_by(Announcement.id)))


async def test_what_waits_at_the_start_is_sent_in_order_and_marked(
    database: Database, room: int, now: datetime
) -> None:
    put(database, room, now, "card")
    put(database, room, now, "reply")
    sender = Scripted()
    async with announcing(database, local=sender):
        await until(lambda: all(row.sent_at for row in rows(database)))
    assert sender.titles == ["card", "reply"]
    assert sender.sent[1].reference == f"m{sender.sent[0].outbox_id}"


async def test_a_card_leads_to_its_page(database: Database, room: int, now: datetime) -> None:
    card = Message("card", blocks=(incident_page(12),))
    with database.write() as session:
        outbox.enqueue(session, room, "incident:12", Posting.POST, card, now)
    sender = Scripted()
    async with announcing(database, local=sender):
        await until(lambda: bool(sender.sent))
    (link,) = sender.sent[0].message.blocks
    assert link == Links((("Incident 12", "https://watch.example/incidents/12"),))


async def test_what_is_claimed_while_it_stops_is_sent_all_the_same(
    database: Database, room: int, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim, claimed = outbox.claim, threading.Event()

    def claim_slowly(*arguments: Any, **more: Any) -> list[outbox.Claim]:
        claims = claim(*arguments, **more)
        claimed.set()
        time.sleep(0.2)
        return claims

    monkeypatch.setattr(outbox, "claim", claim_slowly)
    put(database, room, now, "card")
    sender = Scripted()
    async with announcing(database, local=sender):
        await asyncio.to_thread(claimed.wait, 5)
    assert sender.titles == ["card"]
    assert rows(database)[0].sent_at


async def test_a_failure_is_tried_again_and_says_the_same(
    database: Database, room: int, now: datetime
) -> None:
    async def fail_once(_outgoing: Outgoing) -> str:
        if len(sender.sent) == 1:
            raise SendError("busy", retry_after=0.0)
        return "m1"

    sender = Scripted(fail_once)
    put(database, room, now, "card")
    async with announcing(database, local=sender):
        await until(lambda: bool(rows(database)[0].sent_at))
    assert sender.titles == ["card", "card"]
    assert rows(database)[0].attempts == 2


async def test_a_message_that_cannot_be_delivered_is_a_dead_letter(
    database: Database, room: int, now: datetime
) -> None:
    async def refuse(_outgoing: Outgoing) -> str:
        raise SendError("no such card", permanent=True)

    put(database, room, now, "card")
    async with announcing(database, local=Scripted(refuse)):
        await until(lambda: bool(rows(database)[0].dead_at))
    assert rows(database)[0].error == "no such card"


async def test_a_sender_that_breaks_loses_nothing(
    database: Database, room: int, now: datetime
) -> None:
    async def break_once(_outgoing: Outgoing) -> str:
        if len(sender.sent) == 1:
            raise RuntimeError("a bug")
        return "m1"

    sender = Scripted(break_once)
    put(database, room, now, "card")
    async with announcing(database, local=sender):
        await until(lambda: bool(rows(database)[0].sent_at))


async def test_a_destination_that_hangs_delays_no_other(
    database: Database, room: int, now: datetime
) -> None:
    async def hang(_outgoing: Outgoing) -> str:
        return await asyncio.Future()

    with database.write() as session:
        session.add(Destination(platform="slack", address="C1", name="slow"))
    for n in range(30):
        put(database, room + 1, now, f"card {n}", f"incident:{n}")
    put(database, room, now, "card")
    quick = Scripted()
    async with announcing(
        database, AnnouncerPatience(to_finish=0.1), slack=Scripted(hang), local=quick
    ) as announcer:
        await until(lambda: quick.titles == ["card"])
        put(database, room, now, "card again", "incident:99")
        announcer.wake()
        await until(lambda: len(quick.sent) == 2)


async def test_a_destination_that_is_gone_is_parked_keeps_its_messages_and_is_tried_after_a_restart(
    database: Database, room: int, now: datetime
) -> None:
    async def gone(_outgoing: Outgoing) -> str:
        raise SendError("channel_not_found", gone=True)

    with database.write() as session:
        session.add(Destination(platform="slack", address="C1", name="old channel"))
    put(database, room + 1, now, "card")
    guardians = Scripted()
    async with announcing(database, slack=Scripted(gone), local=guardians):
        await until(lambda: len(guardians.sent) == 2)
    assert "old channel" in guardians.titles[0]
    assert guardians.titles[1] == "card"
    assert rows(database)[0].dead_at is None
    back = Scripted()
    async with announcing(database, slack=back):
        await until(lambda: back.titles == ["card"])


async def test_what_was_being_sent_at_the_end_is_marked(
    database: Database, room: int, now: datetime
) -> None:
    begun = asyncio.Event()

    async def slowly(_outgoing: Outgoing) -> str:
        begun.set()
        await asyncio.sleep(0.2)
        return "m1"

    put(database, room, now, "card")
    async with announcing(database, local=Scripted(slowly)):
        await begun.wait()
    assert rows(database)[0].sent_at


async def test_in_a_flat_channel_a_reply_is_a_message_of_its_own_and_still_in_its_order(
    database: Database, room: int, now: datetime
) -> None:
    with database.write() as session:
        session.get_one(Destination, room).flat = True
    put(database, room, now, "card")
    put(database, room, now, "reply")
    sender = Scripted()
    async with announcing(database, local=sender) as announcer:
        await until(lambda: len(sender.sent) == 2)
        with database.write() as session:
            outbox.enqueue(session, room, "incident:1", Posting.EDIT, Message("card, edited"), now)
        announcer.wake()
        await until(lambda: len(sender.sent) == 3)
    assert [(outgoing.action, outgoing.message.title) for outgoing in sender.sent] == [
        (Posting.POST, "card"),
        (Posting.POST, "reply"),
        (Posting.EDIT, "card, edited"),
    ]
    assert sender.sent[2].reference == f"m{sender.sent[0].outbox_id}"


async def test_a_storm_of_changes_is_few_edits_on_a_slow_platform(
    database: Database, now: datetime
) -> None:
    storm_is_over = asyncio.Event()

    async def slowly(outgoing: Outgoing) -> str:
        if outgoing.action is Posting.EDIT:
            await storm_is_over.wait()
        return outgoing.reference or f"m{outgoing.outbox_id}"

    world = make_world(database, now, "solved")
    world.report(saw("solved", "p", BAD))
    sender = Scripted(slowly)
    async with announcing(database, local=sender) as announcer:
        await until(lambda: len(sender.sent) == 2)
        for change in range(100):
            await asyncio.to_thread(world.report, saw("solved", f"p{change}", BAD))
            announcer.wake()
        storm_is_over.set()
        await until(lambda: all(row.sent_at for row in rows(database)))
    edits = [outgoing for outgoing in sender.sent if outgoing.action is Posting.EDIT]
    assert 0 < len(edits) <= 2  # the one under way, and the newest state
    newest = max(row.id or 0 for row in rows(database) if row.action == Posting.EDIT)
    assert edits[-1].outbox_id == newest
    assert len(sender.sent) == 2 + len(edits)


@pytest.mark.parametrize(
    "wrong", [{"message": '{"title": "of a newer version"}'}, {"action": "poll"}]
)
async def test_a_row_that_cannot_be_read_stops_no_other(
    database: Database, room: int, now: datetime, wrong: dict[str, str]
) -> None:
    put(database, room, now, "card", "incident:9")
    with database.write() as session:
        session.exec(update(Announcement).values(**wrong))
    put(database, room, now, "reply", "incident:9")
    put(database, room, now, "card elsewhere")
    sender = Scripted()
    async with announcing(database, local=sender):
        await until(lambda: len(sender.sent) == 3)
    told = [title for title in sender.titles if title.endswith("was put aside")]
    assert (len(told), {*sender.titles} - {*told}) == (1, {"card elsewhere", "reply"})
    assert rows(database)[0].dead_at is not None


async def test_it_outlives_a_database_that_is_in_trouble_when_it_starts_and_later(
    database: Database, room: int, now: datetime
) -> None:
    put(database, room, now, "card")
    sender = Scripted()
    _run(database, "ALTER TABLE destination RENAME TO out_of_reach")
    async with announcing(
        database, AnnouncerPatience(out_of_reach=0.01), local=sender
    ) as announcer:
        await asyncio.sleep(0.1)
        assert sender.sent == []
        _run(database, "ALTER TABLE out_of_reach RENAME TO destination")
        await until(lambda: sender.titles == ["card"])
        _run(database, "ALTER TABLE outbox RENAME TO out_of_reach")
        announcer.wake()
        await asyncio.sleep(0.1)
        _run(database, "ALTER TABLE out_of_reach RENAME TO outbox")
        put(database, room, now, "card", "incident:2")
        announcer.wake()
        await until(lambda: len(sender.sent) >= 2)


def _run(database: Database, statement: str) -> None:
    with database.write() as session:
        session.connection().exec_driver_sql(statement)


async def test_a_card_that_comes_late_goes_before_the_replies_that_wait_for_their_turn(
    database: Database, room: int, now: datetime
) -> None:
    for n in range(3):
        put(database, room, now, f"reply {n}", f"incident:{n}")
    sender = Scripted(seconds_between=0.1)
    async with announcing(database, local=sender) as announcer:
        await until(lambda: bool(sender.sent))
        put(database, room, now, "card", "incident:9")
        announcer.wake()
        await until(lambda: len(sender.sent) == 4)
    assert sender.titles.index("card") < 3
    assert sender.titles[-1] == "reply 2"


async def test_who_asks_us_to_wait_is_left_alone_and_others_are_not(
    database: Database, room: int, now: datetime
) -> None:
    async def send(outgoing: Outgoing) -> str:
        if outgoing.address == "busy":
            raise SendError("slow down", retry_after=60)
        return "m"

    with database.write() as session:
        session.add(Destination(platform="local", address="busy", name="busy"))
    for n in range(3):
        put(database, room + 1, now, f"card {n}", f"incident:{n}")
    sender = Scripted(send, seconds_between=0.001)
    async with announcing(database, local=sender) as announcer:
        await until(lambda: bool(sender.sent))
        for n in range(3):
            put(database, room, now, f"card {n}", f"incident:{n}")
        announcer.wake()
        await until(lambda: len(sender.sent) == 4)
    assert [outgoing.address for outgoing in sender.sent].count("busy") == 1
