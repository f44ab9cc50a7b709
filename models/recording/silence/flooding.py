"""A key that tells of more than anybody can look at: what goes beyond is stored, but opens and tells nothing, and that
is told once.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from models.messages.flooding import calm_words
from models.recording.silence.troubles import announce_trouble, end_trouble, open_trouble, open_troubles
from models.recording.verdicts.allowance import Allowance
from models.recording.verdicts.changes import Change, FieldChange
from models.recording.verdicts.incidents import Told
from models.recording.verdicts.settle import settle
from models.rules.incidents import STEPS_WITHIN
from models.rules.silence import Trouble
from models.rules.watched import WATCHED_AS, WatchedKind
from models.tables import WatchedIncident


def settle_within(session: Session, changes: Sequence[Change | FieldChange], now: datetime) -> list[Told]:
    """Bring statuses and incidents in line with the changes, within what their keys may; return what is to be told.

    A key that goes beyond is told of once to those who follow everything.
    """
    allowance = Allowance(session, now)
    told = settle(session, changes, allowance, now)
    for source, name in allowance.beyond:
        tell_of_flood(session, WATCHED_AS[source], name, now)
    return told


def tell_of_flood(session: Session, kind: WatchedKind, name: str, now: datetime, words: str | None = None) -> None:
    """Tell that more comes by a key than is taken; once, until it has stopped.

    `words` say what comes, where it is no incidents.
    """
    known = [each for each in open_troubles(session, kind, name) if each.trouble == Trouble.FLOODING]
    for incident in known:
        incident.updated_at = now
        session.add(incident)
    if not known:
        announce_trouble(session, open_trouble(session, kind, name, Trouble.FLOODING, now, message=words), now)


def end_floods(session: Session, now: datetime) -> None:
    """End the floods of keys that kept within their allowance for as long as it is counted."""
    over = select(WatchedIncident).where(
        WatchedIncident.trouble == Trouble.FLOODING,
        col(WatchedIncident.resolved_at).is_(None),
        WatchedIncident.updated_at < now - STEPS_WITHIN,
    )
    for incident in session.exec(over).all():
        end_trouble(session, incident, calm_words(), now)
        announce_trouble(session, incident, now)
