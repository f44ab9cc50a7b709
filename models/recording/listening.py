"""Who listens, as the subscriptions say."""

from sqlmodel import Session, col, select

from models.rules.routing import Listener, Topic, listeners
from models.tables import Subscription


def who_listens(session: Session, topic: Topic) -> tuple[Listener, ...]:
    """Every destination that wants to hear of this topic, with the plugins that it follows."""
    rows = session.exec(select(Subscription).order_by(col(Subscription.id)))
    return listeners(((row.destination_id, row.plugin_id, row.topics) for row in rows), topic)
