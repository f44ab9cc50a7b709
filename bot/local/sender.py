"""Sends to the local room: stores in one transaction what waits together, then shows it to the browsers."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from bot.local.listener import LocalListener
from bot.local.wire import entry_frame
from models.database.engine import Database, Session
from models.outbox.room import RoomEntry, UnknownCardError, edit, post
from models.outbox.sending import Outgoing, SendError
from models.tables import Posting

# Messages of one transaction. More would hold SQLite's one writer for too long.
MAX_BATCH = 256

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Unsent:
    outgoing: Outgoing
    card: int | None
    sent: asyncio.Future[str]


@dataclass(frozen=True, slots=True)
class _Posted:
    reference: str
    frame: str


class LocalSender:
    """A `bot.sender.Sender` that puts messages into the local room.

    Sending one again changes nothing.

    Whoever sends while nothing is being stored starts the worker; those who come meanwhile share
    its next commit.
    """

    seconds_between = 0.0

    def __init__(
        self,
        database: Database,
        room: LocalListener,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database = database
        self._room = room
        self._clock = clock
        self._waiting: list[_Unsent] = []
        self._worker: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="room-sender")

    async def send(self, outgoing: Outgoing) -> str:
        """Post, edit or reply; return the id of the card or reply in the room.

        Raises SendError when the card is unknown (permanent), or the database did not take the
        message.
        """
        sent: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Unsent(outgoing, _card(outgoing), sent))
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._drain())
        return await sent

    async def close(self) -> None:
        """Store what waits, then end the thread. Nothing may be sent afterwards."""
        if self._worker is not None:
            await asyncio.wait([self._worker])
        self._thread.shutdown()

    async def _drain(self) -> None:
        while self._waiting:
            batch = self._waiting[:MAX_BATCH]
            del self._waiting[:MAX_BATCH]
            outcomes = await self._outcomes(batch)
            self._room.broadcast(
                outcome.frame for outcome in outcomes if isinstance(outcome, _Posted)
            )
            for waiting, outcome in zip(batch, outcomes, strict=True):
                _settle(waiting.sent, outcome)

    async def _outcomes(self, batch: list[_Unsent]) -> list[_Posted | SendError]:
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._thread, self._store, batch
            )
        except Exception as error:  # noqa: BLE001 - whatever it was, the announcer hears of it and tries again
            if len(batch) > 1:
                return await self._one_by_one(batch)
            _log.exception("room_message_not_stored", outbox_id=batch[0].outgoing.outbox_id)
            return [SendError(f"the local room did not take it: {type(error).__name__}")]

    async def _one_by_one(self, batch: list[_Unsent]) -> list[_Posted | SendError]:
        """The same with a transaction each, so that the others do not share one message's fate."""
        outcomes: list[_Posted | SendError] = []
        for waiting in batch:
            outcomes += await self._outcomes([waiting])
        return outcomes

    def _store(self, batch: list[_Unsent]) -> list[_Posted | SendError]:
        now = self._clock()
        with self._database.write() as session:
            stored = [_put(session, waiting, now) for waiting in batch]
        # Drawn only now: while it writes, no other process can.
        return [_drawn(each) if isinstance(each, RoomEntry) else each for each in stored]


def _put(session: Session, waiting: _Unsent, now: datetime) -> RoomEntry | SendError:
    """Store one message; return how it stands, or why the room does not take it."""
    outgoing = waiting.outgoing
    card, message = waiting.card, outgoing.message
    try:
        if card is not None and outgoing.action is Posting.EDIT:
            return edit(session, outgoing.outbox_id, card, message, now)
        return post(session, outgoing.outbox_id, card, outgoing.broadcast, message, now)
    except UnknownCardError as error:
        return SendError(str(error), permanent=True)


def _drawn(entry: RoomEntry) -> _Posted:
    return _Posted(str(entry.id), entry_frame(entry))


def _card(outgoing: Outgoing) -> int | None:
    """The card that is meant; None for a new one, and where the one that was to stand was put aside."""
    if outgoing.action is Posting.POST or outgoing.reference is None:
        return None
    if not outgoing.reference.isdecimal():
        raise SendError(f"{outgoing.reference!r} is no card of the local room", permanent=True)
    return int(outgoing.reference)


def _settle(sent: asyncio.Future[str], outcome: _Posted | SendError) -> None:
    if sent.done():  # the caller gave up waiting
        return
    if isinstance(outcome, SendError):
        sent.set_exception(outcome)
    else:
        sent.set_result(outcome.reference)
