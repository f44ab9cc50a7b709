"""What nobody took care of for hours is told in the channels that asked for it, whatever they follow."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session, col, select

from models import outbox
from models.messages.message import Mention
from models.messages.reminder import escalation
from models.outbox.ways_out import OUTSIDE
from models.queries.clearances import bounds, clearances
from models.queries.incidents import incident_view
from models.queries.privacy import shown_incident
from models.recording.telling.composing import news_of
from models.rules.authority import HolderKind
from models.rules.conversations import About, Conversation
from models.rules.routing import Listener
from models.rules.speaking import speaking, spoken
from models.tables import Destination, Incident, Plugin, Posting


def escalate(
    session: Session,
    rows: Sequence[tuple[Incident, Plugin]],
    private: Collection[int],
    now: datetime,
) -> None:
    """Tell of these incidents in one message a channel, which stands by itself."""
    for to, whom in _channels(session) if rows else ():
        views = []
        shows_private = False
        for incident, plugin in rows:
            is_private = plugin.id in private
            if not to.may_know(news_of(incident, plugin, private=is_private)):
                continue
            hidden = to.allowed.hides(plugin.id, private=is_private)
            shows_private |= is_private and not hidden
            views.append(shown_incident(incident_view(incident, plugin), to.allowed, hidden=hidden))
        if views:
            conversation = Conversation.on(About.ESCALATED, now.isoformat())
            with speaking(to.language):
                said = replace(escalation(views, now), calls=whom)
            outbox.enqueue(
                session,
                to.destination_id,
                conversation,
                Posting.POST,
                said,
                now,
                private=shows_private,
            )


def called(mention: str) -> Mention | None:
    """Whom a destination wants called, as its row says."""
    kind, _, id_ = mention.partition(":")
    return Mention(id_, kind == HolderKind.GROUP) if id_ else None


def _channels(session: Session) -> list[tuple[Listener, Mention | None]]:
    """The channels of admitted workspaces that hear of it, and whom each wants called."""
    wanted = select(Destination).where(
        col(Destination.escalations),
        col(Destination.parked_at).is_(None),
        col(Destination.is_person).is_(False),
        col(Destination.platform).not_in(OUTSIDE),
    )
    rows = session.exec(wanted.order_by(col(Destination.id))).all()
    allowed = clearances(session, rows, bounds(session))
    found = []
    for row in rows:
        language = spoken(row.language)
        listener = Listener(row.id or 0, allowed=allowed[row.id or 0], language=language)
        if listener.allowed.inside:
            found.append((listener, called(row.mention)))
    return found
