"""The processes that record: what they do does not wait for the interpreter of those who ask, nor these for theirs."""

import contextlib
import os
import signal
import socket
import threading
import time
from collections.abc import Sequence
from typing import NoReturn

import structlog

from models.complaint import Complaint
from models.database.engine import Database, DatabaseTrouble, OthersDecideError
from models.events import Event
from models.heaps import collect_less
from webhooks.recording.batches import BatchRecorder, RecorderHere, Written, utc_now
from webhooks.recording.passing import (
    HungUp,
    read_batch,
    read_written,
    send_batch,
    send_written,
)
from webhooks.serving.giving_back import GivingBack
from webhooks.workers.child import ChildProcess, start_program

_PROGRAM = "webhooks.recording"
# How the program is told whether it waits for others who change states.
_WORDS = {True: "waits", False: "never-waits"}
# Until another one is started, which takes a second of a processor.
_AGAIN_SECONDS = 0.5
_MOST_AGAIN_SECONDS = 30
# What takes so long never ends, and all others wait for it; no statement takes a quarter of that.
_SECONDS_STUCK = 60

_log = structlog.get_logger()


def record_batches(database: Database, connection: socket.socket, *, waits: bool) -> NoReturn:
    """Record what comes over the connection; when nobody is at its other end any more, end this process.

    One that never `waits` for others who change states says so instead.
    """
    # Whoever stops the web process ends this one by hanging up, once all is recorded.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    with contextlib.suppress(*DatabaseTrouble), database.write():
        pass  # who records first does not wait for a connection
    collect_less()
    GivingBack().start()
    recorder = RecorderHere(database, utc_now, waits=waits)
    recorder.announce_left()
    batches, answers = connection.makefile("rb"), connection.makefile("wb")
    while True:
        try:
            events, until = read_batch(batches)
            # The kernel ends this process then, whatever it is doing.
            signal.alarm(_SECONDS_STUCK)
            written = _write(recorder, events, until)
            signal.alarm(0)
            send_written(answers, written)
        except HungUp:
            database.close()
            os._exit(0)


def _write(recorder: BatchRecorder, events: Sequence[Event], until: float) -> Written | None:
    with contextlib.suppress(OthersDecideError):
        return recorder.write(events, until)
    return None


class RecorderApart:
    """Has its process record, which one thread asks, and another one once it has ended. Until that one is there, and if
    there is none, all is recorded `here`.
    """

    def __init__(self, database: Database, here: RecorderHere) -> None:
        self.process: ChildProcess | None = None
        self.waits = here.waits
        self._database = database
        self._here = here
        self._rest = _AGAIN_SECONDS

    def write(self, events: Sequence[Event], until: float) -> Written:
        """Record them, as `BatchRecorder` says."""
        if process := self.process:
            try:
                return self._written(_ask(process.connection, events, until))
            except HungUp:
                self._give_up(process)
        # Perhaps it recorded them and could not say so. That is as if their senders had sent them twice.
        return self._here.write(events, until)

    def _written(self, written: Written | None) -> Written:
        """The same. What is damaged keeps this process from being ready, too."""
        self._rest = _AGAIN_SECONDS
        if written is None:
            raise OthersDecideError
        if written.damage:
            self._database.note_damage(written.damage)
        return written

    def _give_up(self, process: ChildProcess) -> None:
        self.process = None
        process.connection.close()
        _log.error("recording_ended", code=process.wait(), again_in=self._rest)
        threading.Thread(target=self._start_another, name="recording", daemon=True).start()

    def _start_another(self) -> None:
        """Start another one, as soon as the machine has room for it; the later, the more ended without a batch."""
        complaint = Complaint("recording_not_started")
        rest, self._rest = self._rest, min(2 * self._rest, _MOST_AGAIN_SECONDS)
        while self.process is None:
            time.sleep(rest)
            try:
                self.process = start_program(_PROGRAM, _WORDS[self.waits])
            except OSError as error:
                complaint.tell(error)
                rest = _MOST_AGAIN_SECONDS


def _ask(connection: socket.socket, events: Sequence[Event], until: float) -> Written | None:
    with connection.makefile("wb") as batches:
        send_batch(batches, events, until)
    with connection.makefile("rb") as answers:
        return read_written(answers)
