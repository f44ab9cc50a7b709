"""Keys that report more than people can look at.

What exceeds the allowance is stored, but opens and announces nothing. People are told so once.
"""

from datetime import datetime

from sqlmodel import Session, col, select

from models.events import Outcome
from models.events.key_limits import KeyBeyond
from models.messages.flooding import calm_words, limit_words
from models.recording.silence.troubles import (
    announce_trouble,
    end_trouble,
    open_trouble,
    open_troubles,
)
from models.rules.incidents import STEPS_WITHIN
from models.rules.kinds import KeyKind
from models.rules.silence import Trouble
from models.rules.watched import WatchedKind
from models.tables import ApiKey, WatchedIncident

_WATCHED_BY_KEY = {
    KeyKind.SITE: WatchedKind.GUARD,
    KeyKind.USER: WatchedKind.SITE,
    KeyKind.CANARY: WatchedKind.CANARY,
}


def record_key_beyond(session: Session, event: KeyBeyond, now: datetime) -> Outcome:
    """Tell once, until it has stopped, that a key used up what it may."""
    key = session.get(ApiKey, event.key_id)
    if key is not None and key.revoked_at is None:
        kind = _WATCHED_BY_KEY[KeyKind(key.kind)]
        tell_of_flood(session, kind, key.name, now, limit_words(event.limit))
    return Outcome(at=now)


def tell_of_flood(
    session: Session, kind: WatchedKind, name: str, now: datetime, words: str | None = None
) -> None:
    """Tell once, until it has stopped, that a key reports more than is accepted.

    `words` say what it reports, where these are not incidents.
    """
    still_open = open_troubles(session, kind, name)
    known = [incident for incident in still_open if incident.trouble == Trouble.FLOODING]
    for incident in known:
        incident.updated_at = now
        session.add(incident)
    if not known:
        flood = open_trouble(session, kind, name, Trouble.FLOODING, now, message=words)
        announce_trouble(session, flood, now)


def end_floods(session: Session, now: datetime) -> None:
    """End the floods of keys that stayed within their allowance for the whole time it covers."""
    over = select(WatchedIncident).where(
        WatchedIncident.trouble == Trouble.FLOODING,
        col(WatchedIncident.resolved_at).is_(None),
        WatchedIncident.updated_at < now - STEPS_WITHIN,
    )
    for incident in session.exec(over).all():
        end_trouble(session, incident, calm_words(), now)
        announce_trouble(session, incident, now)
