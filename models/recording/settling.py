"""How verdicts that changed become statuses and incidents, whoever reported them."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from models.recording.silence.flooding import tell_of_flood
from models.recording.verdicts.allowance import Allowance
from models.recording.verdicts.changes import Found
from models.recording.verdicts.incidents import Told
from models.recording.verdicts.settle import settle
from models.rules.watched import WATCHED_AS


def settle_within_allowance(
    session: Session, changes: Sequence[Found], now: datetime
) -> list[Told]:
    """Update statuses and incidents by the changes, and return the steps of incidents to be announced.

    Beyond its allowance a key's changes count for statuses alone. Those who follow everything are notified once of a
    key that exceeds it.
    """
    allowance = Allowance(session, now)
    told = settle(session, changes, allowance, now)
    for source, name in allowance.beyond:
        tell_of_flood(session, WATCHED_AS[source], name, now)
    return told
