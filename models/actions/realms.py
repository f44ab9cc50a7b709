"""The way to the realms of extensions, which the jobs process keeps: a call is put into a queue, and waited for."""

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any

from sqlmodel import select

from models.actions.asking import Asker
from models.actions.core.using import where
from models.actions.selecting import selection_of
from models.database.engine import Database, Session, be_alone
from models.extensions import calls
from models.extensions.manifest import Manifest
from models.extensions.manifest.contributions import ContributedAction
from models.extensions.using import language_of, uses
from models.messages import realms as messages
from models.messages.acting import denied, too_often
from models.messages.message import Message
from models.messages.using import not_used
from models.people.persons import MOST_TRIES, audit, tries_too_often, who
from models.rules.audit import AuditOutcome
from models.rules.authority import Power
from models.rules.extensions import ExtensionState
from models.tables import Extension

# So many threads of a process wait for extensions at once, so that others are left for what does not.
_MOST_WAITING = 2
_SECONDS_TO_BE_NEXT = 1.0
# Where nothing wakes who waits, as while the database is away.
_LOOK_SECONDS = 0.02


class CommitCount:
    """Counts commits of other processes, for the threads that wait for one of them."""

    def __init__(self) -> None:
        self._another = threading.Condition()
        self.seen = 0

    def note(self) -> None:
        """There was one."""
        with self._another:
            self.seen += 1
            self._another.notify_all()

    def wait(self, seen: int, seconds: float) -> None:
        """Wait until there were more than that, or for so long."""
        with self._another:
            self._another.wait_for(lambda: self.seen != seen, seconds)


class Realms:
    """Asks extensions. It waits for the database and for the realm, so call it in a thread.

    Whoever watches the database notes the `commits`, which wake who waits for an answer.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting = threading.BoundedSemaphore(_MOST_WAITING)
        self.commits = CommitCount()

    def ask(
        self, manifest: Manifest, action: ContributedAction, asker: Asker, /, **values: Any
    ) -> Message:
        """The answer to an extension's action."""
        with self._place() as is_free:
            if not is_free:
                return messages.busy()
            now = datetime.now(UTC)
            with self._database.write() as session:
                used = asker.platform, asker.channel, asker.user
                there = asker.place(for_me=False)
                if not uses(session, manifest.handle, *used):
                    place = where(asker, for_me=False)
                    return not_used(manifest.name, manifest.handle, in_channel=not place.is_person)
                if refused := _refusal(session, manifest, action, asker, now):
                    return refused
                on = select(Extension.state).where(Extension.handle == manifest.handle)
                state = session.exec(on).first() or "not installed"
                if state != ExtensionState.ON:
                    return messages.stands_still(manifest.name, manifest.handle, state, ())
                meant = selection_of(session, manifest, action, asker, values)
                if isinstance(meant, Message):
                    return meant
                told = _told(
                    replace(asker, language=language_of(session, there.platform, there.address))
                )
                call = calls.put(session, manifest.handle, action.run, told, meant, now)
            return self.answer(call, manifest.name)

    def answer(self, call: int, name: str) -> Message:
        """The answer to a call that was put into the queue."""
        said = self.wait(call)
        return messages.no_answer(name) if said is None else Message.from_json(said)

    def added(self, call: int) -> Message | None:
        """What is answered to a call to which nothing else waits; None where others wait, or nothing comes in time."""
        with self._place() as is_free:
            said = self.wait(call) if is_free else self._give_up(call)
        return None if said is None else Message.from_json(said)

    def wait(self, call: int) -> str | None:
        """What was answered to a call, as it is stored; None where nothing will ever be."""
        deadline = time.monotonic() + calls.PATIENCE.total_seconds()
        said: str | None = None
        while said is None and time.monotonic() < deadline:
            seen = self.commits.seen
            with self._database.read() as session:
                said = calls.answer_of(session, call)
            if said is None:
                self.commits.wait(seen, _LOOK_SECONDS)
        return self._give_up(call) if said is None else said

    def _give_up(self, call: int) -> str | None:
        with self._database.write() as session:
            return calls.give_up(session, call, datetime.now(UTC))

    @contextmanager
    def _place(self) -> Iterator[bool]:
        is_free = self._waiting.acquire(timeout=_SECONDS_TO_BE_NEXT)
        try:
            yield is_free
        finally:
            if is_free:
                self._waiting.release()


def _refusal(
    session: Session, manifest: Manifest, action: ContributedAction, asker: Asker, now: datetime
) -> Message | None:
    """What somebody is told who may not ask for this, which is noted."""
    power = Power(action.power)
    if power is Power.ASK:
        return None
    be_alone(session)
    if tries_too_often(session, asker.actor, now):
        return too_often(MOST_TRIES)
    person = who(session, asker.actor, now)
    if person.may(power):
        return None
    name = f"{manifest.handle} {action.name}"
    audit(session, person, name, AuditOutcome.DENIED, f"{name}: {AuditOutcome.DENIED}", now)
    return denied(power)


def _told(asker: Asker) -> Mapping[str, Any]:
    """Who asks, as JSON; what they may know is found out again when it is needed."""
    told = asdict(asker)
    del told["allowed"], told["filled"]
    return {**told, "groups": sorted(asker.groups)}
