"""The deliverer: claims what waits for the ways out of chat, sends it in threads, and marks what became of it.

It does what the bot's announcer does, for senders that block. A destination has one message under
way at a time, and each platform has threads of its own, so that a slow one keeps none but itself
waiting. Destinations that were slow the last time share a few threads, so that any number of them
leaves room for the others.
"""

import queue
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from threading import Event

from jobs.calling import end_all
from jobs.deliver.extension_chats import ExtensionChats
from models import outbox
from models.complaint import Complaint
from models.database.engine import Database, be_alone
from models.events.filing import IssueRefused, IssueStands
from models.outbox import Claim, all_lanes
from models.outbox.sending import Outgoing, SendError
from models.outbox.ways_out import GITHUB, WEBHOOK
from models.record import record
from models.recording.telling.claimer import Claimer
from models.recording.telling.delivering import SentClaim, mark, outgoing, sender_failed
from models.tables import Posting

# A sender's requests have time-outs of their own, which end well within this.
LEASE = outbox.LONGEST_LEASE
_LONGEST_WAIT = 60.0  # for a free thread; whoever waits longer lets its lease run out
_THREADS = 8
# Receivers of webhooks belong to strangers, and many may hang at once: up to so many hold up no other.
_THREADS_FOR_RECEIVERS = 128
_SLOW_THREADS = 4
_SECONDS_TO_BREAK_OFF = 1.0

Send = Callable[[Outgoing], str]


@dataclass(frozen=True, slots=True)
class DeliveryTimes:
    """In seconds: how often it is looked for what is due, from when on sending counts as slow, and how long what is
    under way may take when the process ends: supervisors kill after five.
    """

    look: float = 1.0
    slow: float = 3.0
    to_finish: float = 3.0


class Deliverer:
    """Sends the outbox's rows for the platforms that it has senders for, with links to the status pages at `pages`."""

    def __init__(
        self,
        database: Database,
        senders: Mapping[str, Send],
        times: DeliveryTimes | None = None,
        *,
        pages: str = "",
        chats: ExtensionChats | None = None,
    ) -> None:
        self._pages = pages
        self._times = times or DeliveryTimes()
        self._database = database
        self._fixed = senders
        self._chats = chats
        self._senders: Mapping[str, Send] = {}
        self._threads: dict[str, ThreadPoolExecutor] = {}
        self._slow_threads: dict[str, ThreadPoolExecutor] = {}
        self._serve(senders)
        self._slow: set[int] = set()  # destinations
        self._busy: dict[int, Future[None]] = {}  # by destination
        # What was sent, and None for what was let go, each with its claim; and None for nothing but to wake.
        self._ended: queue.SimpleQueue[tuple[Claim, SentClaim | None] | None] = queue.SimpleQueue()
        self._stopped = Event()
        self._claimer = Claimer(database, LEASE, most=1)
        self._unmarked: list[SentClaim] = []
        self._complaint = Complaint("outbox_out_of_reach")

    def _serve(self, senders: Mapping[str, Send]) -> None:
        """Serve these platforms from now on."""
        self._senders = senders
        for platform in senders.keys() - self._threads.keys():
            most = _THREADS_FOR_RECEIVERS if platform == WEBHOOK else _THREADS
            self._threads[platform] = ThreadPoolExecutor(most, platform)
            self._slow_threads[platform] = ThreadPoolExecutor(_SLOW_THREADS, f"{platform}-slow")

    @property
    def _platforms(self) -> tuple[str, ...]:
        return tuple(self._senders)

    def stop(self) -> None:
        """Begin nothing more."""
        self._stopped.set()
        self._ended.put(None)

    def run(self) -> None:
        """Serve until stopped, then let what is under way end and mark it."""
        while not self._stopped.is_set():
            self._mark_and_send()
        self._busy = {to: sending for to, sending in self._busy.items() if not sending.cancel()}
        self._finish(self._times.to_finish)
        end_all()
        self._finish(_SECONDS_TO_BREAK_OFF)
        for threads in (*self._threads.values(), *self._slow_threads.values()):
            threads.shutdown(wait=False)
        self._mark_at_last()

    def _mark_at_last(self) -> None:
        try:
            self._mark(self._unmarked)
        except Exception as error:  # noqa: BLE001 - their leases run out, and they are sent again
            self._complaint.tell(error, unmarked=len(self._unmarked))

    def _finish(self, seconds: float) -> None:
        """Hear of what is under way until it has ended, or for so long."""
        deadline = time.monotonic() + seconds
        while self._busy and time.monotonic() < deadline:
            self._hear(0.1)

    def _mark_and_send(self) -> None:
        """Mark what ended and begin what is due; wait a moment when there is neither."""
        try:
            claims = self._mark_and_claim()
        except Exception as error:  # noqa: BLE001 - what was sent must still be marked later
            self._complaint.tell(error, unmarked=len(self._unmarked))
            claims = []
        else:
            self._complaint.over()
        for claimed in claims:
            is_slow = claimed.destination_id in self._slow
            threads = self._slow_threads if is_slow else self._threads
            sending = threads[claimed.platform].submit(self._send, claimed, time.monotonic())
            self._busy[claimed.destination_id] = sending
        self._hear(0.0 if claims else self._times.look)

    def _mark_and_claim(self) -> list[Claim]:
        now = datetime.now(UTC)
        busy = list(chain.from_iterable(map(all_lanes, self._busy)))
        if self._unmarked:
            self._mark(self._unmarked)
            self._unmarked = []
        self._claimer.look(self._platforms, now)
        if self._chats:
            with self._database.read() as session:
                self._serve({**self._chats.senders(session), **self._fixed})
        due = self._claimer.next_due(self._platforms, now, busy)
        if due is None or due > now:
            return []
        with self._database.write() as session:
            return self._claimer.claim(session, self._platforms, now, busy)

    def _hear(self, seconds: float) -> None:
        """Take what has ended by now, or wait so long for one."""
        while True:
            try:
                ended = self._ended.get(timeout=seconds) if seconds else self._ended.get_nowait()
            except queue.Empty:
                return
            seconds = 0.0
            if ended is None:
                continue
            claimed, sent = ended
            self._busy.pop(claimed.destination_id, None)
            if sent:
                self._unmarked.append(sent)

    def _send(self, claimed: Claim, since: float) -> None:
        began = time.monotonic()
        if began - since > _LONGEST_WAIT:
            self._ended.put((claimed, None))
            return
        result: str | SendError
        try:
            result = self._senders[claimed.platform](outgoing(claimed, self._pages))
        except SendError as error:
            result = error
        except Exception as error:  # noqa: BLE001 - a sender's own mistake must not lose the message
            result = sender_failed(claimed, error)
        if time.monotonic() - began > self._times.slow:
            self._slow.add(claimed.destination_id)
        else:
            self._slow.discard(claimed.destination_id)
        self._ended.put((claimed, SentClaim(claimed, result)))

    def _mark(self, sent: Sequence[SentClaim]) -> None:
        now = datetime.now(UTC)
        with self._database.write() as session:
            be_alone(session)
            given_up = mark(session, sent, now)
            record(session, [*_standing(sent), *_refused(given_up)], now)


def _standing(sent: Sequence[SentClaim]) -> list[IssueStands]:
    """The issues that GitHub took."""
    return [
        IssueStands(claimed.conversation, int(result))
        for claimed, result in sent
        if _is_issue(claimed) and isinstance(result, str)
    ]


def _refused(given_up: Sequence[SentClaim]) -> list[IssueRefused]:
    """The issues that GitHub will never take."""
    return [
        IssueRefused(claimed.conversation, result.reason)
        for claimed, result in given_up
        if _is_issue(claimed) and isinstance(result, SendError)
    ]


def _is_issue(claimed: Claim) -> bool:
    return claimed.platform == GITHUB and claimed.action == Posting.POST
