"""Records what arrived together: in one transaction or, if that fails, so that a bad event does not sink the others."""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple, Protocol

import structlog

from models.complaint import Complaint
from models.database.engine import Database, OthersDecideError, is_whole, never_wait
from models.events import Event, Outcome, StepsLeft
from models.record import record
from models.recording.telling.unannounced import announce_later, leaves_steps

_log = structlog.get_logger()


class NotStored(Exception):  # noqa: N818 - it is what the sender is told
    """The event could not be stored; its sender must hear a 5xx. The message says why, in words for an operator."""


class Written(NamedTuple):
    """What became of each event of a batch, the processor time that it took, in seconds, what was seen of damaged pages
    since the process began, and whether steps are left to announce.
    """

    results: Sequence[Outcome | NotStored]
    seconds: float
    damage: str | None
    leaves: bool


def utc_now() -> datetime:
    """When it is."""
    return datetime.now(UTC)


class _Recorded(NamedTuple):
    """What became of each event, and whether steps are left to announce."""

    results: Sequence[Outcome | NotStored]
    leaves: bool = False


class BatchRecorder(Protocol):
    """Whatever records batches, here or in another process."""

    def write(self, events: Sequence[Event], until: float) -> Written:
        """Record them together, durably. Who sent the last one waits `until` then, by the monotonic clock.

        Raises:
            OthersDecideError: this one waits for nobody else who changes states, and had to.
        """


class RecorderHere:
    """Records in this process. One that never `waits` for others who change states raises instead."""

    def __init__(
        self, database: Database, clock: Callable[[], datetime], *, waits: bool = True
    ) -> None:
        self._database = database
        self._clock = clock
        self.waits = waits
        self._complaint = Complaint("events_not_stored")

    def write(self, events: Sequence[Event], until: float) -> Written:
        """Record them, as `BatchRecorder` says."""
        began = time.thread_time()
        try:
            recorded = self._record(events, until)
        except OthersDecideError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, every sender must be told, and the thread must live
            self._complaint.tell(error, events=len(events))
            recorded = _Recorded([NotStored("the database did not take it")] * len(events))
        seconds = time.thread_time() - began
        return Written(recorded.results, seconds, self._database.damage, recorded.leaves)

    def announce_left(self) -> None:
        """Announce what a recorder left that has ended."""
        if self._database.is_sqlite:
            self.write([StepsLeft()], time.monotonic())

    def _record(self, events: Sequence[Event], until: float) -> _Recorded:
        """Record them together, or else one by one."""
        try:
            with self._database.write() as session:
                if not self.waits:
                    never_wait(session)
                if self._database.is_sqlite:
                    announce_later(session)
                recorded = _Recorded(record(session, events, self._clock()), leaves_steps(session))
        except OthersDecideError:
            raise
        except Exception as error:
            if time.monotonic() > until:
                raise
            _log.debug("batch_failed", events=len(events), error=type(error).__name__)
            return self._record_one_by_one(events)
        self._complaint.over()
        return recorded

    def _record_one_by_one(self, events: Sequence[Event]) -> _Recorded:
        """The same again with a savepoint each, so that a bad one does not sink the others."""
        results: list[Outcome | NotStored] = []
        with self._database.write() as session:
            for event in events:
                try:
                    with session.begin_nested():
                        results += record(session, [event], self._clock())
                except Exception as error:
                    if not is_whole(session):
                        raise  # the disk is full: those before it have sunk too
                    self._complaint.tell(error, kind=type(event).__name__)
                    results.append(NotStored("the database did not take it"))
        return _Recorded(results)
