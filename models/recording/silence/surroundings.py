"""Trouble of a canary server's surroundings: its card, while its reports tell of it."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from models.messages.surroundings import failing_words, over_words
from models.recording.silence.troubles import (
    announce_trouble,
    end_trouble,
    open_trouble,
    open_troubles,
)
from models.recording.verdicts.changes import SurroundingErrors
from models.rules.silence import Trouble
from models.rules.watched import WatchedKind


def settle_surroundings(
    session: Session, found: Mapping[str, SurroundingErrors], now: datetime
) -> None:
    """Open, change or end the card of each of these servers, by their domains."""
    for domain, said in sorted(found.items()):
        still_open = open_troubles(session, WatchedKind.GUARD, domain)
        card = next((each for each in still_open if each.trouble == Trouble.FAILING), None)
        message = failing_words(said.errors)
        if card is None and said.errors:
            where = {"host_branch": said.host_branch, "host_sha": said.host_sha}
            card = open_trouble(
                session, WatchedKind.GUARD, domain, Trouble.FAILING, now, message=message, **where
            )
        elif card is not None and not said.errors:
            end_trouble(session, card, over_words(), now)
        elif card is None or card.message == message:
            continue
        else:
            card.message, card.updated_at = message, now
            session.add(card)
        announce_trouble(session, card, now)
