"""Cards of incidents that are drawn again where they stand, though nothing happened to the incident itself."""

from datetime import datetime

from sqlmodel import Session

from models import outbox
from models.outbox import Letter
from models.outbox.ways_out import GITHUB
from models.people.maintainers import maintainer_names
from models.queries.clearances import bounds
from models.recording.telling.card_groups import card_of, groups_of
from models.recording.telling.composing import step_of
from models.recording.telling.listeners import who_listens
from models.recording.verdicts.incidents import Told
from models.rules.conversations import About, Conversation
from models.rules.incidents import StoryKind
from models.tables import Incident, Plugin, Posting


def redraw(session: Session, incident: Incident, where: frozenset[int], now: datetime) -> None:
    """Edit the card that tells of the incident where it stands in one of these destinations; who has none gets none."""
    plugin = session.get_one(Plugin, incident.plugin_id)
    told = Told(incident, plugin, StoryKind.CHANGED, quiet=True)
    group = groups_of(session, {card_of(incident)})[card_of(incident)]
    within = bounds(session)
    files = GITHUB in within.opened
    there = where & outbox.standing(session, Conversation.on(About.INCIDENT, group.number))
    if not there:
        return
    maintainers = maintainer_names(session, [incident.plugin_id])
    step = step_of(
        told,
        group,
        now,
        within.private,
        files=files,
        stands_out=False,
        maintainers=maintainers,
    )
    letters = [
        Letter(
            each.destination_id,
            step.conversation,
            Posting.EDIT,
            step.card(each),
            private=step.private and not step.hides(each.allowed),
        )
        for each in who_listens(session, within)
        if each.destination_id in there and (each.may_know(step.news) or step.group.is_over)
    ]
    outbox.enqueue_all(session, letters, now)
