"""Keeps the realm of one extension: starts it when it is called, and answers its calls one after the other."""

import queue
import threading
from dataclasses import replace
from pathlib import Path
from time import monotonic

from jobs.realms.adding import decorated, stepped
from jobs.realms.errors import RealmError
from jobs.realms.opened import QUESTION_SECONDS, OpenedExtension
from jobs.realms.outcomes import (
    Here,
    acted,
    answered,
    did_not_start,
    failed,
    greeted,
    heard,
    sent,
    works,
)
from jobs.realms.services import ANYONE
from models.actions.asking import Asker
from models.complaint import Complaint
from models.extensions import standing
from models.extensions.calls import CallClaim
from models.extensions.manifest import Manifest, ManifestError, reread
from models.extensions.options import OptionsError
from models.extensions.own_jobs import job_of
from models.extensions.store import Store
from models.messages import realms as messages
from models.messages.extensions import unknown_extension
from models.rules.extensions import ExtensionState
from models.tables import Extension


class Keeper:
    """A thread with the realm of one extension, which the kernel ends with that thread."""

    def __init__(self, handle: str, here: Here) -> None:
        self.handle = handle
        self._here = here
        self._calls: queue.SimpleQueue[CallClaim | None] = queue.SimpleQueue()
        self._opened: OpenedExtension | None = None
        self._busy = threading.Lock()
        self._idle_since = monotonic()
        self._complaint = Complaint("call_not_answered")
        self._thread = threading.Thread(target=self._run, name=f"realm-{handle}", daemon=True)
        self._thread.start()

    def take(self, claim: CallClaim) -> None:
        """Answer this call next."""
        self._calls.put(claim)

    @property
    def idle_seconds(self) -> float:
        """For how long nobody has called it."""
        is_idle = self._calls.empty() and not self._busy.locked()
        return monotonic() - self._idle_since if is_idle else 0.0

    def close(self) -> None:
        """End the realm once its calls are answered."""
        self._calls.put(None)

    def join(self, seconds: float) -> None:
        """Wait for the end, for so long."""
        self._thread.join(seconds)

    def _run(self) -> None:
        while (claim := self._calls.get()) is not None:
            with self._busy:
                self._serve_or_complain(claim)
                self._idle_since = monotonic()
        self._stop()

    def _serve_or_complain(self, claim: CallClaim) -> None:
        try:
            self._serve(claim)
        except Exception as error:  # noqa: BLE001 - the database may be away; the next call must find somebody
            self._complaint.tell(error)
        else:
            self._complaint.over()

    def _stop(self) -> None:
        if self._opened:
            self._opened.realm.stop()
            self._opened = None

    def _serve(self, claim: CallClaim) -> None:
        with self._here.database.read() as session:
            extension = standing.row_of(session, self.handle)
        if extension is None or not extension.folder:  # it was removed while it was called
            answered(self._here, claim, unknown_extension(self.handle, ()))
        elif claim.is_greeting:
            self._greet(claim, extension)
        elif extension.state != ExtensionState.ON:
            message = messages.stands_still(self.handle, self.handle, extension.state, ())
            answered(self._here, claim, message)
        else:
            self._answer(claim, extension)

    def _greet(self, claim: CallClaim, extension: Extension) -> None:
        self._stop()
        opened = self._open(claim, extension)
        if opened is None:
            return
        manifest = opened.manifest
        message = messages.turned_on(
            manifest.name,
            str(manifest.version),
            _commands(manifest),
            self.handle,
            everywhere=extension.everywhere,
        )
        if not greeted(self._here, claim, manifest, message):
            self._stop()
        opened.is_noted = True

    def _answer(self, claim: CallClaim, extension: Extension) -> None:
        opened = self._ready(claim, extension)
        if opened is None:
            return
        try:
            self._put(opened, claim)
        except RealmError as error:
            if failed(self._here, claim, opened.manifest, error):
                self._stop()
        else:
            self._note(opened)

    def _put(self, opened: OpenedExtension, claim: CallClaim) -> None:
        """Put the call to its code, and store what comes of it."""
        here = self._here
        is_added = claim.is_decorating or claim.is_step
        is_shown = claim.is_send or claim.is_drawing or is_added
        hears = bool(claim.event) and not is_shown
        arguments, ways = dict(claim.arguments), (here.responder, here.database)
        asker = ANYONE if claim.event else _asker(claim)
        if claim.is_decorating:
            asker = replace(asker, language=claim.language)
        answer = opened.answer(
            claim.run,
            arguments,
            asker,
            *ways,
            hears=hears,
            sends=claim.is_send,
            seconds=_seconds(opened, claim),
        )
        if hears:
            heard(here, claim, opened.manifest, answer)
        elif claim.is_decorating:
            decorated(here, claim, opened.manifest, answer)
        elif claim.is_step:
            stepped(here, claim, opened.manifest, answer)
        elif claim.is_send:
            sent(here, claim, opened.manifest, answer)
        elif opened.is_act(claim.run):
            acted(here, claim, opened.manifest, answer, asker)
        else:
            answered(here, claim, answer.message)

    def _note(self, opened: OpenedExtension) -> None:
        """Note once of each realm that it works."""
        if not opened.is_noted:
            works(self._here, opened.manifest)
            opened.is_noted = True

    def _ready(self, claim: CallClaim, extension: Extension) -> OpenedExtension | None:
        """The extension with its realm; one that ended, or is of another version or other options, is started again."""
        opened = self._opened
        is_same = (
            opened
            and not opened.realm.is_over
            and opened.folder == self._folder(extension)
            and opened.chosen == extension.options
        )
        if is_same:
            return opened
        self._stop()
        return self._open(claim, extension)

    def _folder(self, extension: Extension) -> Path:
        return Store(self._here.settings.extensions_folder).folder(extension.folder)

    def _open(self, claim: CallClaim, extension: Extension) -> OpenedExtension | None:
        """Start it. What keeps it from that is told."""
        name = self.handle
        try:
            manifest = reread(extension.manifest)
            name = manifest.name
            self._opened = OpenedExtension(
                manifest, self._folder(extension), self._here.settings, extension.options
            )
        except ManifestError as error:
            answered(self._here, claim, messages.cannot_run(name, error.problems))
        except OptionsError as error:
            answered(self._here, claim, messages.cannot_run(name, str(error).split("; ")))
        except RealmError as error:
            did_not_start(self._here, claim, manifest, error)
        return self._opened


def _seconds(opened: OpenedExtension, claim: CallClaim) -> float:
    job = job_of(opened.manifest, claim.event) if claim.is_job else None
    return job.limit.total_seconds() if job else QUESTION_SECONDS


def _asker(claim: CallClaim) -> Asker:
    return Asker(**{**claim.asker, "groups": frozenset(claim.asker["groups"])})


def _commands(manifest: Manifest) -> list[str]:
    """Its questions that can be asked as they are."""
    return [
        f"{manifest.handle} {each.name}"
        for each in manifest.action
        if each.kind == "question" and not any(taken.required for taken in each.takes)
    ]
