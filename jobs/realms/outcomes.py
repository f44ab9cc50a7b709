"""What is stored of a call: its answer, and with it how the extension stands from then on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog

from jobs.realms.answers import RealmAnswer
from jobs.realms.errors import RealmError
from jobs.realms.last_words import LastWords
from models.actions.asking import Asker
from models.actions.responding import Responder
from models.database.engine import Database, Session, be_alone, notify
from models.events.extensions import ExtensionVerdict
from models.extensions import calls, standing
from models.extensions.calls import CallClaim
from models.extensions.chats import answer_with
from models.extensions.manifest import Manifest
from models.extensions.raising import raise_all
from models.extensions.tables.rows import apply
from models.messages import realms as messages
from models.messages.message import Message
from models.people.persons import audit, who
from models.record import record
from models.rules.audit import AuditOutcome
from models.rules.status import Verdict
from models.settings import Settings
from models.tables import Extension

# What the kit calls an error that is the host's refusal, and no fault of the extension's.
_REFUSED = "HostError: "
_WAITED = "What it needs of a server, or of Pluginwatch, took too long."

Note = Callable[[Session, Extension, datetime], None]

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Here:
    """What keepers need of the process that they are in."""

    database: Database
    settings: Settings
    responder: Responder


def answered(here: Here, claim: CallClaim, message: Message, note: Note | None = None) -> bool:
    """Answer the call, and note something of the extension with it.

    Returns False, and stores nothing, when nobody waits for the answer any more.
    """
    now = datetime.now(UTC)
    with here.database.write() as session:
        if note:
            be_alone(session)
        is_wanted = calls.answer(session, claim, message.to_json(), now)
        if is_wanted and note and (extension := standing.row_of(session, claim.handle)):
            note(session, extension, now)
    return is_wanted


def acted(
    here: Here, claim: CallClaim, manifest: Manifest, answer: RealmAnswer, asker: Asker
) -> None:
    """Answer an act: what it wants done and written is with the answer, in one transaction, once or not at all.

    Raises:
        RealmError: it wants what is no act, or what cannot be written.
    """
    try:
        events = here.responder.events(answer.acts, asker)
    except ValueError as error:
        raise RealmError(f"it acted wrongly: {error}") from error
    now = datetime.now(UTC)
    with here.database.write() as session:
        be_alone(session)
        if not calls.is_wanted(session, claim):
            return
        person = who(session, asker.actor, now)
        name = f"{claim.handle} {claim.run}"
        audit(session, person, name, AuditOutcome.DONE, f"{name}: {AuditOutcome.DONE}", now)
        _keep(session, manifest, answer, 0, now)
        done = [outcome.answer for outcome in record(session, events, now) if outcome.answer]
        message = messages.with_deeds(answer.message, done)
        calls.answer(session, claim, message.to_json(), now)


def heard(here: Here, claim: CallClaim, manifest: Manifest, answer: RealmAnswer) -> None:
    """Note that a handler has heard of an event: what it wants written is with that, once or not at all.

    Raises:
        RealmError: it wants what cannot be written.
    """
    now = datetime.now(UTC)
    with here.database.write() as session:
        if answer.said:
            be_alone(session)
        if calls.is_wanted(session, claim):
            event = claim.arguments.get("event")
            steps = int(event.get("steps", 1)) if event else 0
            _keep(session, manifest, answer, steps, now)
            record(session, answer.said, now)
            calls.answer(session, claim, messages.HEARD, now)


def sent(here: Here, claim: CallClaim, manifest: Manifest, answer: RealmAnswer) -> None:
    """Note under which id, which it answered, a message stands in the extension's chat, and what it wrote with that.

    Raises:
        RealmError: it wants what cannot be written.
    """
    now = datetime.now(UTC)
    with here.database.write() as session:
        if calls.is_wanted(session, claim):
            _keep(session, manifest, answer, 0, now)
            calls.answer(session, claim, answer_with(answer.message.title), now)


def _keep(
    session: Session, manifest: Manifest, answer: RealmAnswer, steps: int, now: datetime
) -> None:
    """Store what it wrote and which events it raised; `steps` is how many events led to them."""
    raise_all(session, manifest, answer.raised, steps, now)
    try:
        apply(session, manifest, answer.writes)
    except ValueError as error:
        raise RealmError(f"it wrote wrongly: {error}") from error


def greeted(here: Here, claim: CallClaim, manifest: Manifest, message: Message) -> bool:
    """It greeted: it is on, and works with this version of ours; unless nobody waits for that any more."""

    def note(session: Session, extension: Extension, now: datetime) -> None:
        standing.note_greeting(session, extension, now)
        record(session, [verdict_on(manifest, Verdict.COMPATIBLE)], now)

    return answered(here, claim, message, note)


def works(here: Here, manifest: Manifest) -> None:
    """Its code works with this version of ours, which is what a later failure is compared with."""
    with here.database.write() as session:
        record(session, [verdict_on(manifest, Verdict.COMPATIBLE)], datetime.now(UTC))


def did_not_start(here: Here, claim: CallClaim, manifest: Manifest, error: RealmError) -> None:
    """Its realm did not start: it is quarantined at once."""
    _log.warning("extension_did_not_start", extension=claim.handle, reason=str(error))
    why = f"It did not start{_in(error)}: {error}"
    now = datetime.now(UTC)
    with here.database.write() as session:
        be_alone(session)
        _quarantine(session, claim, manifest, why, error.last, now)


def failed(here: Here, claim: CallClaim, manifest: Manifest, error: RealmError) -> bool:
    """Its code failed. Returns whether that was once too often, so that it is quarantined."""
    words = str(error)
    if error.raised and words.startswith(_REFUSED):
        reason = words.removeprefix(_REFUSED)
        answered(here, claim, messages.out_of_reach(manifest.name, reason))
        return False
    if error.excused:
        _log.warning("extension_waited", extension=claim.handle, handler=claim.run, reason=words)
        answered(here, claim, messages.out_of_reach(manifest.name, _WAITED))
        return False
    _log.warning("extension_failed", extension=claim.handle, handler=claim.run, reason=words)
    most = here.settings.extensions_failures
    minutes = here.settings.extensions_failures_minutes
    now = datetime.now(UTC)
    with here.database.write() as session:
        be_alone(session)
        extension = standing.row_of(session, claim.handle)
        if (
            extension
            and standing.note_failure(session, extension, now, timedelta(minutes=minutes)) >= most
        ):
            why = (
                f"It failed {most} times within {minutes} minutes, "
                f"the last time in {claim.run}{_in(error)}: {_public(error)}"
            )
            _quarantine(session, claim, manifest, why, error.last, now)
            return True
        calls.answer(session, claim, messages.failed(manifest.name).to_json(), now)
    return False


def _quarantine(
    session: Session,
    claim: CallClaim,
    manifest: Manifest,
    why: str,
    last: LastWords,
    now: datetime,
) -> None:
    """Run it no more, and report it as a Guard reports a plugin, so that it is an incident."""
    if extension := standing.row_of(session, claim.handle):
        standing.quarantine(session, extension, why, now)
    broken = verdict_on(manifest, Verdict.INCOMPATIBLE, why, last.backtrace or None)
    record(session, [broken], now)
    message = messages.stands_still(manifest.name, claim.handle, "quarantined", (why,))
    calls.answer(session, claim, message.to_json(), now)
    notify(session)


def verdict_on(
    manifest: Manifest, verdict: Verdict, message: str | None = None, backtrace: str | None = None
) -> ExtensionVerdict:
    """What is seen of it, as an event."""
    return ExtensionVerdict(
        manifest.handle,
        manifest.name,
        manifest.description,
        manifest.website,
        str(manifest.version),
        verdict,
        message,
        backtrace,
    )


def _in(error: RealmError) -> str:
    """Where, if that is no code of its own."""
    return f", in {error.last.brought}, which it brings" if error.last.brought else ""


def _public(error: RealmError) -> str:
    """What everyone may read of it: the words of what was raised may tell what only who asked may know."""
    if not error.raised:
        return str(error)
    kind, _, _ = str(error).partition(":")
    return kind if kind.isidentifier() else "an error"
