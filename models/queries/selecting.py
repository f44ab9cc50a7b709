"""Incidents that somebody selects: by their numbers, by their plugin, or by their outbreak."""

from sqlalchemy import ColumnElement
from sqlmodel import Session, col

from models.messages.words import clip
from models.queries.incidents import WITH_PLUGIN, view_as
from models.queries.plugins import find_plugin
from models.queries.privacy import visible
from models.rules.care import incident_number, outbreak_number
from models.rules.privacy import Clearance
from models.tables import Incident, Plugin
from models.views import IncidentView

MOST_SELECTED = 20
_TOO_MANY = f"More than {MOST_SELECTED} incidents are too many at once"


def selected(session: Session, words: str, *, allowed: Clearance) -> list[IncidentView]:
    """The incidents that are meant, by their numbers; of a plugin or an outbreak those that are open.

    Raises:
        ValueError: there are none, or too many; the words say so.
    """
    wanted, numbers = _wanted(session, words, allowed)
    shown = visible(col(Incident.plugin_id), col(Incident.origin), allowed)
    found = WITH_PLUGIN.where(*wanted, shown).order_by(col(Incident.id)).limit(MOST_SELECTED + 1)
    rows = session.exec(found).all()
    if len(rows) > MOST_SELECTED:
        raise ValueError(_TOO_MANY)
    missing = sorted(numbers - {row[0].id for row in rows})
    if missing:
        raise ValueError(f"There is no incident {missing[0]}")
    if not rows:
        raise ValueError(f"No incident of {clip(words)} is open")
    return [view_as(*row, allowed) for row in rows]


def _wanted(
    session: Session, words: str, allowed: Clearance
) -> tuple[list[ColumnElement[bool]], set[int]]:
    """What holds of those that are meant, and the numbers that were named."""
    is_open = col(Incident.resolved_at).is_(None)
    if (number := outbreak_number(words)) is not None:
        return [col(Incident.outbreak_id) == number, is_open], set()
    named = {word: incident_number(word) for word in words.split()}
    numbers = {number for number in named.values() if number is not None}
    others = [word for word, number in named.items() if number is None]
    if not others and len(numbers) <= MOST_SELECTED:
        return [col(Incident.id).in_(numbers)], numbers
    if not others:
        raise ValueError(_TOO_MANY)
    plugin = find_plugin(session, words, allowed=allowed)
    if plugin is None and numbers:
        raise ValueError(f"“{clip(others[0])}” is no incident's number; 12 15 names two incidents")
    return [col(Plugin.handle) == (plugin.handle if plugin else ""), is_open], set()
