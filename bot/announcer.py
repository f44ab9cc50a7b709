"""The announcer: claims what waits in the outbox, sends it, and marks what became of it.

One round is one transaction: it marks what was sent since the last one and claims what is due now. What stands in our
own database is stored in it; nothing is sent while a transaction is open, and a destination that is slow or dead keeps
none but its own messages waiting.
"""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from types import MappingProxyType
from typing import NamedTuple, TypeVar

from bot.pace import Pace
from bot.sender import Sender, StoringSender
from bot.storing import MOST_STORED, Stored, Storing
from models import outbox
from models.complaint import Complaint
from models.database.engine import Database, Session
from models.extensions.additions import Additions
from models.outbox import CLAIMS_PER_DESTINATION, Claim, Lane, all_lanes
from models.outbox.sending import SendError
from models.recording.telling.claimer import Claimer
from models.recording.telling.delivering import SentClaim, mark, outgoing, sender_failed
from models.recording.telling.parking import unpark
from models.rules import retry

# Waking is prompt; this is for the case that a wake-up call got lost.
_LONGEST_SLEEP = 5.0
_SHORTEST_SLEEP = 0.01
_UNSETTLED_SLEEP = 0.5  # after the clock was set, while it cannot say which leases have ended
# A send must end before its lease does, or another process would send the same again.
_SECONDS_TO_SEND = 15.0

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class AnnouncerPatience:
    """How long the announcer waits, in seconds, and how long what it claimed is its own.

    `out_of_reach` is how long it leaves a database alone that is away or busy, `to_finish` how long
    what is under way may take when it stops, `first_retry` how long it waits after a first failure.
    """

    out_of_reach: float = 1.0
    to_finish: float = 5.0
    first_retry: float = retry.FIRST_SECONDS
    lease: timedelta = outbox.LEASE


class _Due(NamedTuple):
    """What a round found: how many seconds to sleep, what is to be sent, and what people see of what was stored."""

    seconds: float
    claims: Sequence[Claim] = ()
    drawn: Mapping[str, Sequence[str]] = MappingProxyType({})


class Announcer:
    """Sends the outbox's rows for the platforms that it has senders for, with links to the status pages at `pages`, and
    with what extensions add.
    """

    def __init__(
        self,
        database: Database,
        senders: Mapping[str, Sender | StoringSender],
        patience: AnnouncerPatience | None = None,
        *,
        pages: str = "",
        additions: Additions | None = None,
        pace: Pace | None = None,
    ) -> None:
        self._pages = pages
        self._additions = additions or Additions()
        self._pace = pace or Pace()
        self._database = database
        self._storing = Storing(senders, pages, self._additions)
        self._senders = {
            name: each for name, each in senders.items() if not isinstance(each, StoringSender)
        }
        self._patience = patience or AnnouncerPatience()
        self._platforms = tuple(senders)
        self._one_by_one = [name for name, each in self._senders.items() if each.seconds_between]
        self._claimer = Claimer(database, self._patience.lease, one_by_one=self._one_by_one)
        self._woken = asyncio.Event()
        self._was_in_vain = False
        self._sent: list[SentClaim] = []
        self._sending: set[asyncio.Task[None]] = set()
        self._in_flight: Counter[int] = Counter()
        self._round: asyncio.Task[float] | None = None
        self._complaint = Complaint("outbox_out_of_reach")
        # One thread of its own: a round waits for no other work, and its connection stays warm.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="announcer")

    def wake(self) -> None:
        """There may be something to send. Call it in the event loop."""
        self._woken.set()

    async def run(self) -> None:
        """Serve until cancelled, then let what is under way end and mark it."""
        try:
            while not await self._tried_parked_again():
                await self._sleep(self._patience.out_of_reach)
            while True:
                was_woken = self._woken.is_set()
                self._woken.clear()
                self._round = asyncio.create_task(self._mark_and_send(was_woken=was_woken))
                # Shielded: what a cancelled round had claimed would wait until its lease ends.
                if seconds := await asyncio.shield(self._round):
                    await self._sleep(seconds)
        finally:
            await self._finish()

    async def _sleep(self, seconds: float) -> None:
        # Not wait_for: before Python 3.12 it can lose a cancellation that comes with the wake-up.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()

    async def _mark_and_send(self, *, was_woken: bool) -> float:
        """Mark, claim, and begin to send; return how many seconds to sleep."""
        sent, self._sent = self._sent, []
        full = [
            destination for destination, n in self._in_flight.items() if n >= CLAIMS_PER_DESTINATION
        ]
        skip = [*chain.from_iterable(map(all_lanes, full)), *self._pace.resting()]
        try:
            due = await self._in_thread(self._mark_and_claim, sent, skip, was_woken)
        except Exception as error:  # noqa: BLE001 - what was sent must still be marked later
            self._complaint.tell(error, unmarked=len(sent))
            self._sent += sent
            self._was_in_vain = True
            return self._patience.out_of_reach
        self._complaint.over()
        self._was_in_vain = False
        self._storing.show(due.drawn)
        for claimed in due.claims:
            self._begin(claimed)
        turn = self._pace.seconds_to_turn()
        return due.seconds if turn is None else min(due.seconds, max(turn, _SHORTEST_SLEEP))

    def _mark_and_claim(
        self, sent: Sequence[SentClaim], skip: Sequence[Lane], was_woken: bool
    ) -> _Due:
        now = datetime.now(UTC)
        self._claimer.look(self._platforms, now)
        # Where a commit wakes us that put something in, and no other one does, something is due.
        if not (sent or (was_woken and not self._database.is_sqlite)):
            due = self._claimer.next_due(self._platforms, now, skip)
            if due is None:
                return _Due(_LONGEST_SLEEP)
            if due > now:
                return _Due(min((due - now).total_seconds(), _LONGEST_SLEEP))
        with self._database.write() as session:
            mark(session, sent, now, first_retry=self._patience.first_retry)
            claims = self._claimer.claim(session, self._platforms, now, skip)
            claims = self._additions.to_claims(session, claims)
            stored = self._store(session, list(filter(self._storing.is_for, claims)), now)
        seconds = self._seconds_after(len(claims), len(stored.marks))
        claims = [each for each in claims if not self._storing.is_for(each)]
        # Drawn only now: while it writes, no other process can.
        return _Due(seconds, claims, self._storing.draw(stored))

    def _seconds_after(self, claimed: int, stored: int) -> float:
        """How long to sleep after a claim. One as large as can be leaves something; of what comes after others we are
        told, and look by ourselves only a little later.
        """
        if claimed >= CLAIMS_PER_DESTINATION or stored >= MOST_STORED:
            return 0.0
        if claimed or self._claimer.is_settled:
            return _SHORTEST_SLEEP
        return _UNSETTLED_SLEEP

    def _store(self, session: Session, claims: Sequence[Claim], now: datetime) -> Stored:
        """Store what stands in our own database, and mark what became of it."""
        if not claims:
            return Stored()
        if self._was_in_vain:
            stored = self._storing.store_one_by_one(session, claims, now)
        else:
            stored = self._storing.store(session, claims, now)
        mark(session, stored.marks, now, first_retry=self._patience.first_retry)
        return stored

    def _begin(self, claimed: Claim) -> None:
        self._in_flight[claimed.destination_id] += 1
        if between := self._senders[claimed.platform].seconds_between:
            self._pace.rest(claimed.lane, between)
        task = asyncio.create_task(self._send(claimed))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _send(self, claimed: Claim) -> None:
        result: str | SendError
        try:
            async with asyncio.timeout(_SECONDS_TO_SEND):
                result = await self._senders[claimed.platform].send(outgoing(claimed, self._pages))
        except SendError as error:
            result = error
        except TimeoutError:
            result = SendError(f"no answer within {_SECONDS_TO_SEND:.0f} seconds")
        except Exception as error:  # noqa: BLE001 - a sender's own mistake must not lose the message
            result = sender_failed(claimed, error)
        self._in_flight[claimed.destination_id] -= 1
        self._wait_as_asked(claimed, result)
        self._sent.append(SentClaim(claimed, result))
        self.wake()

    def _wait_as_asked(self, claimed: Claim, result: str | SendError) -> None:
        """Send nothing more there for as long as the platform wants."""
        asked = result.retry_after if isinstance(result, SendError) else None
        if asked and claimed.platform in self._one_by_one:
            self._pace.rest(claimed.lane, asked)

    async def _finish(self) -> None:
        if self._round:
            await self._round
        if self._sending:
            await asyncio.wait(self._sending, timeout=self._patience.to_finish)
        try:
            await self._in_thread(self._mark_last, self._sent)
        except Exception as error:  # noqa: BLE001 - their leases run out, and they are sent again
            self._complaint.tell(error, unmarked=len(self._sent))
        self._thread.shutdown(wait=False)

    def _mark_last(self, sent: Sequence[SentClaim]) -> None:
        with self._database.write() as session:
            mark(session, sent, datetime.now(UTC), first_retry=self._patience.first_retry)

    async def _tried_parked_again(self) -> bool:
        try:
            await self._in_thread(self._try_parked_again)
        except Exception as error:  # noqa: BLE001 - the database may be away when the bot starts, too
            self._complaint.tell(error)
            return False
        return True

    def _try_parked_again(self) -> None:
        with self._database.write() as session:
            unpark(session, self._platforms)

    async def _in_thread(self, function: Callable[..., Result], *arguments: object) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._thread, function, *arguments)
