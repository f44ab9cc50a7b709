"""Sources that fall silent together: one card lists them, instead of one card for each."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from sqlmodel import Session, col, select

from models import outbox
from models.messages.silences import mass_card, mass_reply
from models.outbox import Letter
from models.queries.watched import mass_silence_view
from models.recording.telling.listeners import who_listens
from models.rules.conversations import About, Conversation
from models.rules.routing import News, Topic
from models.rules.silence import SILENCES, TOGETHER, TOGETHER_WITHIN
from models.rules.speaking import speaking
from models.rules.watched import WatchedKind
from models.tables import MassSilence, Posting, WatchedIncident

_BROKEN = News(Topic.BROKEN, inside=True)
_FIXED = News(Topic.FIXED, inside=True)


def join(session: Session, opened: Sequence[WatchedIncident], now: datetime) -> MassSilence | None:
    """The mass silence that these silences now belong to, if any.

    Silences that began earlier within the last hour may become part of it too.
    """
    alike = [incident for incident in opened if incident.source != WatchedKind.WEB]
    if not alike:
        return None
    mass = _goes_on(session, now)
    members = alike if mass else _recent(session, now)
    if mass is None and len(members) < TOGETHER:
        return None
    mass = mass or MassSilence(opened_at=now, updated_at=now)
    mass.updated_at = now
    session.add(mass)
    session.flush()
    for incident in members:
        incident.mass_silence_id = mass.id
        session.add(incident)
    return mass


def announce_mass(
    session: Session, mass: MassSilence, opened: Sequence[WatchedIncident], now: datetime
) -> None:
    """Announce the mass silence: a card, edited in place.

    Who joined later is told in its thread; that all are heard again is told beside it too.
    """
    view = mass_silence_view(session, mass)
    if mass.resolved_at is None and all(each.resolved_at for each in view.incidents):
        mass.resolved_at = now
        mass.updated_at = now
        session.add(mass)
        view = mass_silence_view(session, mass)
    numbers = {incident.id for incident in opened}
    joined = [each for each in view.incidents if each.number in numbers]
    is_over = bool(view.resolved_at)
    conversation = Conversation.on(About.SILENCE, view.number)
    standing = outbox.standing(session, conversation)
    letters: list[Letter] = []
    for listener in who_listens(session):
        if not listener.may_know(_BROKEN):
            continue
        to = partial(Letter, listener.destination_id, conversation)
        with speaking(listener.language):
            if listener.destination_id in standing:
                letters.append(to(Posting.EDIT, mass_card(view)))
                if listener.hears_all(_FIXED if is_over else _BROKEN) and (joined or is_over):
                    letters.append(to(Posting.REPLY, mass_reply(view, joined), broadcast=is_over))
            elif not is_over and listener.hears_all(_BROKEN):
                letters.append(to(Posting.POST, mass_card(view)))
    outbox.enqueue_all(session, letters, now)


def _goes_on(session: Session, now: datetime) -> MassSilence | None:
    """The open mass silence that a source joined within the last hour."""
    still_open = select(MassSilence).where(
        col(MassSilence.resolved_at).is_(None), col(MassSilence.updated_at) >= now - TOGETHER_WITHIN
    )
    return session.exec(still_open.order_by(col(MassSilence.id).desc())).first()


def _recent(session: Session, now: datetime) -> list[WatchedIncident]:
    """The silences that began within the last hour and still last."""
    recent = select(WatchedIncident).where(
        col(WatchedIncident.trouble).in_(SILENCES),
        WatchedIncident.source != WatchedKind.WEB,
        col(WatchedIncident.resolved_at).is_(None),
        col(WatchedIncident.mass_silence_id).is_(None),
        WatchedIncident.opened_at >= now - TOGETHER_WITHIN,
    )
    return list(session.exec(recent.order_by(col(WatchedIncident.id))))
