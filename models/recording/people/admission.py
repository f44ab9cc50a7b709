"""Workspaces admitted and dismissed by admins, and channels that the platform does not call private any more."""

from datetime import datetime

from sqlmodel import Session, col, select

from models.events import Outcome
from models.events.admission import Admission, ChannelOpened
from models.messages.acting import denied
from models.messages.admission import AdmissionEffect, admission_message
from models.messages.message import Message
from models.people.persons import Who, audit, who
from models.queries.clearances import is_admitted
from models.recording.telling.opened_channels import note_opened
from models.rules.audit import AuditOutcome
from models.rules.authority import Power
from models.tables import Destination, RoleGrant, Workspace


def record_admission(session: Session, wish: Admission, now: datetime) -> Outcome:
    """Admit the workspace or dismiss it, if whoever asks is an admin of one that is admitted, and note the attempt."""
    person = who(session, wish.actor, now)
    outcome, answer = _change(session, wish, person, now)
    verb = "admit" if wish.admits else "dismiss"
    audit(session, person, verb, outcome, f"{verb} {wish.platform}:{wish.workspace}", now)
    return Outcome(number=int(outcome is AuditOutcome.DONE), answer=answer)


def record_channel_opened(session: Session, opened: ChannelOpened, now: datetime) -> Outcome:
    """The channel hears of no private plugin any more, and what of that waits for it is not sent. It is told so."""
    known = select(Destination).where(
        Destination.platform == opened.platform,
        Destination.address == opened.address,
        col(Destination.hears_private),
    )
    row = session.exec(known).first()
    if row is not None:
        note_opened(session, row.id or 0, now)
    return Outcome(number=int(row is not None))


def _change(
    session: Session, wish: Admission, person: Who, now: datetime
) -> tuple[AuditOutcome, Message]:
    where = f"{wish.platform}:{wish.workspace}"
    if not person.may(Power.ADMINISTER):
        return AuditOutcome.DENIED, denied(Power.ADMINISTER)
    effect = _admit(session, wish, now) if wish.admits else _dismiss(session, wish)
    return _OUTCOMES[effect], admission_message(where, effect)


def _admit(session: Session, wish: Admission, now: datetime) -> AdmissionEffect:
    if is_admitted(session, wish.platform, wish.workspace):
        return AdmissionEffect.IS_IN
    session.add(Workspace(platform=wish.platform, workspace=wish.workspace, admitted_at=now))
    return AdmissionEffect.ADMITTED


def _dismiss(session: Session, wish: Admission) -> AdmissionEffect:
    if not is_admitted(session, wish.platform, wish.workspace):
        return AdmissionEffect.IS_OUT
    of_it = select(Workspace).where(
        Workspace.platform == wish.platform, Workspace.workspace == wish.workspace
    )
    for row in session.exec(of_it).all():
        session.delete(row)
    roles = select(RoleGrant.id).where(
        RoleGrant.platform == wish.platform, RoleGrant.workspace == wish.workspace
    )
    return AdmissionEffect.HAS_ROLES if session.exec(roles).first() else AdmissionEffect.DISMISSED


_OUTCOMES = {
    AdmissionEffect.ADMITTED: AuditOutcome.DONE,
    AdmissionEffect.DISMISSED: AuditOutcome.DONE,
    AdmissionEffect.IS_IN: AuditOutcome.ALREADY,
    AdmissionEffect.IS_OUT: AuditOutcome.ALREADY,
    AdmissionEffect.HAS_ROLES: AuditOutcome.STALE,
}
