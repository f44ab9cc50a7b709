"""Answers the calls of extensions: takes them out of the queue, each for the keeper of its extension's realm."""

import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from jobs.realms.keeper import Keeper
from jobs.realms.outcomes import Here
from jobs.realms.trial import Trial
from models.actions.core.table import CORE
from models.actions.dictionary import Dictionary
from models.actions.offering import Offering
from models.actions.responding import Responder
from models.complaint import Complaint
from models.database.engine import Database
from models.database.watching import Watching
from models.extensions import calls
from models.extensions.host import this_host
from models.extensions.own_jobs import due, put_due
from models.extensions.standing import turned_on
from models.extensions.upgrading import UpgradeCandidate, candidates
from models.operating.signing import Signer
from models.settings import Settings

IDLE_SECONDS = 300.0
_LOOK_SECONDS = 0.5
# While no extension is on, no commit wakes us: whoever turns the first one on waits so long until it is seen.
_CALL_SECONDS = 0.15
# How often it is looked for jobs of extensions that are due.
_JOBS_SECONDS = 5.0
# Supervisors kill after five seconds.
_SECONDS_TO_FINISH = 2.0


class RealmHost:
    """Takes calls out of the queue. While an extension is on, a commit wakes it at once; else it looks now and then."""

    def __init__(self, here: Here, idle_seconds: float = IDLE_SECONDS) -> None:
        self._here = here
        self._idle_seconds = idle_seconds
        self._lease = secrets.token_hex(8)
        self._keepers: dict[tuple[str, bool], Keeper] = {}
        self._trials: dict[str, Trial] = {}
        self._woken = threading.Event()
        self._stopped = False
        self._watching = Watching(here.database, self._woken.set)
        self._next_look = self._next_jobs = 0.0
        self._complaint = Complaint("calls_out_of_reach")

    def run(self) -> None:
        """Serve until stopped, then let what is under way end, for a moment."""
        while not self._stopped:
            self._woken.clear()
            try:
                self._round()
            except Exception as error:  # noqa: BLE001 - the database may be away; the queue must be looked into later
                self._complaint.tell(error)
            else:
                self._complaint.over()
            self._woken.wait(_CALL_SECONDS)
        self._watching.switch(on=False)
        deadline = time.monotonic() + _SECONDS_TO_FINISH
        for keeper in self._keepers.values():
            keeper.close()
        ending: list[Keeper | Trial] = [*self._keepers.values(), *self._trials.values()]
        for each in ending:
            each.join(max(0.0, deadline - time.monotonic()))

    def stop(self) -> None:
        """Take no more calls."""
        self._stopped = True
        self._woken.set()

    def _round(self) -> None:
        now = time.monotonic()
        on: set[str] = set()
        with self._here.database.read() as session:
            is_waiting = calls.is_waiting(session)
            if now >= self._next_look:
                on = turned_on(session)
                self._close_idle(on)
                self._try(candidates(session))
                self._next_look = now + _LOOK_SECONDS
        if on and now >= self._next_jobs:
            self._next_jobs = now + _JOBS_SECONDS
            is_waiting = self._put_jobs() or is_waiting
        if is_waiting:
            self._take()

    def _put_jobs(self) -> bool:
        """Have the jobs called that are due; returns whether there are any."""
        now = datetime.now(UTC)
        with self._here.database.read() as session:
            if not due(session, this_host(), now):
                return False
        with self._here.database.write() as session:
            return put_due(session, this_host(), now) > 0

    def _take(self) -> None:
        with self._here.database.write() as session:
            claims = calls.claim(session, self._lease, datetime.now(UTC))
        if claims:
            # More will follow, and an extension may be on in a moment.
            self._watching.switch(on=True)
        for claim in claims:
            # A job may take long, and has a realm of its own, so that nobody waits for it.
            key = claim.handle, claim.is_job
            keeper = self._keepers.get(key)
            if keeper is None:
                keeper = self._keepers[key] = Keeper(claim.handle, self._here)
            keeper.take(claim)

    def _try(self, wanted: list[UpgradeCandidate]) -> None:
        under_way = {folder: trial for folder, trial in self._trials.items() if not trial.is_over}
        for candidate in wanted:
            if candidate.folder not in under_way:
                under_way[candidate.folder] = Trial(candidate, self._here)
        self._trials = under_way

    def _close_idle(self, on: set[str]) -> None:
        self._watching.switch(on=bool(on))
        for key, keeper in tuple(self._keepers.items()):
            patience = self._idle_seconds if keeper.handle in on else _LOOK_SECONDS
            if keeper.idle_seconds > patience:
                keeper.close()
                del self._keepers[key]


@contextmanager
def hosting(
    database: Database, settings: Settings, idle_seconds: float = IDLE_SECONDS
) -> Iterator[None]:
    """Answer calls of extensions, in threads, until the end of the block."""
    signer = Signer(settings.link_signing_key, settings.public_url)
    responder = Responder(database, Dictionary(CORE), signer)
    Offering(database, responder, wakes=False)  # in the chat of one, others are asked, too
    host = RealmHost(Here(database, settings, responder), idle_seconds)
    thread = threading.Thread(target=host.run, name="extensions", daemon=True)
    thread.start()
    try:
        yield
    finally:
        host.stop()
        thread.join()
