"""A repository's topics are tags of the plugin that follows it."""

from datetime import datetime

from sqlmodel import Session, select

from models.edits import of_repository, say
from models.events import Outcome
from models.events.github import TopicsReading
from models.rules.topics import beside, telling
from models.tables import Plugin


def record_topics(session: Session, reading: TopicsReading, now: datetime) -> Outcome:
    """Bring the tags in line; `number` in the outcome counts the plugins whose tags changed."""
    topics = list(telling(reading.topics))
    following = select(Plugin).where(Plugin.repository_id == reading.repository_id)
    changed = 0
    for plugin in session.exec(following):
        # Of several plugins in a repository, the topics say nothing of one.
        tags = of_repository(plugin, "tags")
        listed = [tag for tag in tags if tag not in plugin.topics]
        own = [] if plugin.path else beside(listed, topics)
        if plugin.topics == own:
            continue
        say(plugin, {"tags": [*listed, *own], "topics": own, "updated_at": now})
        session.add(plugin)
        changed += 1
    return Outcome(number=changed)
