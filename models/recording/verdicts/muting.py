"""Mutes: while one lasts only cards are edited, and when it ends one message says what it hid."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, or_, select

from models.events import MutesOver, Outcome
from models.messages.acting import mute_over
from models.messages.times import clock
from models.recording.verdicts.incidents import Told, tell
from models.rules.incidents import QUIET_TIME, StoryKind
from models.tables import Incident, StoryEntry

_LAST_LINES = 5
_AROUND = (StoryKind.MUTED, StoryKind.UNMUTED)


def end_fixed(session: Session, told: Sequence[Told], now: datetime) -> list[Told]:
    """The same steps, with the end of the mute in place of a recovery that ends it."""
    return [_end_if_fixed(session, step, now) for step in told]


def end_mute(session: Session, incident: Incident, because: str, now: datetime) -> Told:
    """End the incident's mute. What it hid is told in the thread; where it hid nothing, only the card changes."""
    hidden = _hidden(session, incident)
    incident.muted_at = incident.muted_until = incident.muted_by = incident.mute_reason = None
    incident.updated_at = now
    words = mute_over(hidden, because)
    return tell(
        session,
        incident,
        StoryKind.UNMUTED,
        now,
        words,
        lines=hidden[-_LAST_LINES:],
        quiet=not hidden,
    )


def join_mute(session: Session, outbreak_id: int, joining: Sequence[Incident]) -> None:
    """Mute what joins an outbreak of which every open incident is muted, as that which was muted last."""
    is_member = Incident.outbreak_id == outbreak_id, col(Incident.resolved_at).is_(None)
    unmuted = select(Incident.id).where(*is_member, col(Incident.muted_at).is_(None))
    if session.exec(unmuted.limit(1)).first():
        return
    members = select(Incident).where(*is_member)
    last = session.exec(members.order_by(col(Incident.muted_at).desc()).limit(1)).first()
    if last is None:
        return
    for incident in joining:
        if incident.muted_at is None:
            incident.muted_at, incident.muted_until = last.muted_at, last.muted_until
            incident.muted_by, incident.mute_reason = last.muted_by, last.mute_reason


def record_mutes_over(
    session: Session, over: MutesOver, now: datetime
) -> tuple[Outcome, list[Told]]:
    """End the mutes whose time is up, and those of what is fixed and did not break again within the quiet time.

    What breaks later is another incident, of which nobody said that it is muted. The longest overdue are the first;
    `number` in the outcome counts them.
    """
    is_up = col(Incident.muted_until) <= now
    is_well = col(Incident.muted_at).is_not(None) & (col(Incident.resolved_at) <= now - QUIET_TIME)
    due = select(Incident).where(or_(is_up, is_well)).order_by(col(Incident.muted_until))
    told = []
    for incident in session.exec(due.limit(over.limit)).all():
        is_late = incident.muted_until is not None and incident.muted_until <= now
        because = "its time is up" if is_late else "the plugin has worked for a day"
        told.append(end_mute(session, incident, because, now))
    return Outcome(number=len(told)), told


def _end_if_fixed(session: Session, step: Told, now: datetime) -> Told:
    incident = step.incident
    until_fixed = incident.muted_at is not None and incident.muted_until is None
    if step.kind is not StoryKind.RESOLVED or incident.resolved_at is None or not until_fixed:
        return step
    return end_mute(session, incident, "the plugin works again", now)


def _hidden(session: Session, incident: Incident) -> tuple[str, ...]:
    """The steps since the mute began that a thread would have told, oldest first."""
    entries = select(StoryEntry).where(
        StoryEntry.incident_id == incident.id,
        StoryEntry.at > incident.muted_at,  # type: ignore[operator]  # it is muted
        col(StoryEntry.quiet).is_(False),
        col(StoryEntry.kind).not_in(_AROUND),
    )
    return tuple(
        f"{clock(entry.at)}: {entry.words}"
        for entry in session.exec(entries.order_by(col(StoryEntry.id)))
    )
