"""Who waits for the database: in queues, so that what takes long does not stop what takes next to nothing."""

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from typing import NamedTuple

from models.events import Event, GuardReport, Outcome, Registration
from models.events.canary import ArtefactUpload, CanaryReport
from models.events.key_requests import FileWanted, KeyAsked, KeyTaken
from models.events.statistics import Statistics
from models.rules.status import Verdict
from webhooks.recording.batches import BatchRecorder

# More than this in one transaction gains nothing and makes the first of them wait for the last.
MOST_TOGETHER = 512
# A line of a report that is no heartbeat takes half a millisecond where others are recorded with it, after five for the
# first: each batch composes again the list of a rush. A delivery, a canary's run or a registration takes one to two,
# alone or together, so that many gain nothing by one transaction. Guards wait for a batch: none is to take more than
# some 20 ms, and a report of twenty comes alone.
_MOST_OTHERS_TOGETHER = 40
# Where no heartbeat waits for it, 1,000 breakages take a fifth less by ten batches than by fifty.
_MOST_OTHERS_TOGETHER_ALONE = 200
_WEIGHT_OF_OTHERS = 4
# In lines of reports that are no heartbeats.
_WORK_OF_OTHERS = 2
# Requests that may wait for the database before further ones are turned away with a 503.
MOST_WAITING = 5_000
MOST_STRANGERS_WAITING = 100
# A report of more plugins than hosts have takes long however well they are.
_MOST_LINES = 200
# What anyone may send without a key.
_STRANGERS = (Statistics, KeyAsked, FileWanted, KeyTaken)


class Submitted(NamedTuple):
    """An event, how much work it is, who waits for its answer, and until when, by the monotonic clock."""

    event: Event
    weight: int
    answer: asyncio.Future[Outcome]
    loop: asyncio.AbstractEventLoop
    until: float

    @property
    def is_late(self) -> bool:
        """Whether its sender was told meanwhile that it is not stored."""
        return time.monotonic() > self.until


class Turn(NamedTuple):
    """Events that are recorded together, and by whom."""

    recorder: BatchRecorder
    batch: Sequence[Submitted]


class Queue:
    """Events that wait for this recorder, at most `most` of them; of their weights it records no more than `together`
    at once.
    """

    def __init__(self, recorder: BatchRecorder, most: int, together: int) -> None:
        self.most = most
        self._recorder = recorder
        self._together = together
        self._waiting: deque[Submitted] = deque()

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, submitted: Submitted) -> None:
        """Let it wait."""
        self._waiting.append(submitted)

    def take(self) -> Turn:
        """Those that waited longest, at least one."""
        taken = [self._waiting.popleft()]
        weight = taken[0].weight
        while self._waiting:
            weight += self._waiting[0].weight
            if weight > self._together:
                break
            taken.append(self._waiting.popleft())
        return Turn(self._recorder, taken)


class Queues:
    """Three queues: heartbeats of Plugin Guards, nearly all there is; all else with a key; and strangers.

    `beats_wait` if heartbeats and all else have one writer, and so wait for each other.
    """

    def __init__(
        self, heartbeats: BatchRecorder, others: BatchRecorder, *, beats_wait: bool
    ) -> None:
        together = _MOST_OTHERS_TOGETHER if beats_wait else _MOST_OTHERS_TOGETHER_ALONE
        self.heartbeats = Queue(heartbeats, MOST_WAITING, MOST_TOGETHER)
        self.others = Queue(others, MOST_WAITING, together)
        self.strangers = Queue(others, MOST_STRANGERS_WAITING, 1)

    def queue_of(self, submitted: Submitted) -> Queue:
        """Where the event waits."""
        if isinstance(submitted.event, _STRANGERS):
            return self.strangers
        is_heartbeat = isinstance(submitted.event, GuardReport) and submitted.weight == 1
        return self.heartbeats if is_heartbeat else self.others


class Turns:
    """The queues of one writer: those with keys take turns, and strangers come when nobody else waits."""

    def __init__(self, keyed: Sequence[Queue], strangers: Queue | None = None) -> None:
        self._queues = {*keyed, strangers}
        self._keyed = list(keyed)
        self._first = keyed[0]
        self._strangers = strangers

    def __contains__(self, queue: Queue) -> bool:
        return queue in self._queues

    def take_first(self) -> Turn | None:
        """What of the first queue is recorded next, whoever's turn it is; nothing if nobody waits there."""
        return self._first.take() if self._first else None

    def take(self) -> Turn | None:
        """What is recorded next; nothing if nobody waits."""
        for queue in self._keyed:
            if queue:
                self._keyed.remove(queue)
                self._keyed.append(queue)
                return queue.take()
        return self._strangers.take() if self._strangers else None


def is_strangers(event: Event) -> bool:
    """Whether anyone may have sent it."""
    return isinstance(event, _STRANGERS)


def key_of(event: Event) -> int | None:
    """The key by which it came, if it has a bounded share of the writer's time."""
    match event:
        case GuardReport(reporter=reporter) | Registration(reporter=reporter):
            return reporter.key_id
        case CanaryReport(key_id=key_id) | ArtefactUpload(key_id=key_id):
            return key_id
    return None


def work(event: Event, news: int) -> int:
    """How much of a batch's work it was, roughly, when so many of its lines were no heartbeats."""
    return news if isinstance(event, GuardReport) else _WORK_OF_OTHERS


def weight_of(event: Event) -> int:
    """How much work it is, roughly; 1 is the least."""
    if not isinstance(event, GuardReport):
        return _WEIGHT_OF_OTHERS
    lines = event.observations
    broken = sum([seen.verdict is not Verdict.COMPATIBLE for seen in lines])
    return 1 + broken + len(lines) // _MOST_LINES
