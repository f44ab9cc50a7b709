"""Guardians are told weekly of plugins that nobody keeps, and of who still runs them."""

from datetime import datetime

from sqlmodel import Session

from models import outbox
from models.events import Outcome
from models.events.silence import GivenUpDue
from models.messages.given_up import given_up_message
from models.queries.given_up import given_up
from models.recording.telling.listeners import guardians
from models.rules.conversations import About, Conversation
from models.rules.speaking import speaking
from models.tables import Posting


def record_given_up(session: Session, _due: GivenUpDue, now: datetime) -> Outcome:
    """Tell each of the guardians' channels what it may know, once a week; `number` counts those that were told."""
    year, week, _ = now.isocalendar()
    conversation = Conversation.on(About.GIVEN_UP, f"{year}-{week}")
    told = 0
    for guardian in guardians(session):
        views = given_up(session, now, allowed=guardian.allowed)
        to = (session, guardian.destination_id, conversation)
        if views and not outbox.has_card(*to):
            private = any(view.private for view in views)
            with speaking(guardian.language):
                said = given_up_message(views, now)
            outbox.enqueue(*to, Posting.POST, said, now, private=private)
            told += 1
    return Outcome(number=told, at=now)
