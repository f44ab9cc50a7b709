"""Incidents that somebody selects: by their numbers, by their plugin, or by their outbreak."""

from sqlmodel import Session, col

from models.queries.incidents import WITH_PLUGIN, view_as
from models.queries.plugins import find_plugin
from models.queries.privacy import visible
from models.rules.care import OUTBREAK
from models.rules.privacy import Clearance
from models.tables import Incident, Plugin
from models.views import IncidentView

MOST_SELECTED = 20


def selected(session: Session, words: str, *, allowed: Clearance) -> list[IncidentView]:
    """The incidents that are meant, by their numbers; of a plugin or an outbreak those that are open.

    Raises:
        ValueError: there are none, or too many; the words say so.
    """
    numbers = [int(word) for word in words.split() if word.isdigit()]
    if words.startswith(f"{OUTBREAK} "):
        wanted = [col(Incident.outbreak_id) == numbers[0], col(Incident.resolved_at).is_(None)]
    elif numbers:
        wanted = [col(Incident.id).in_(numbers)]
    else:
        plugin = find_plugin(session, words, allowed=allowed)
        handle = plugin.handle if plugin else ""
        wanted = [col(Plugin.handle) == handle, col(Incident.resolved_at).is_(None)]
    shown = visible(col(Incident.plugin_id), col(Incident.origin), allowed)
    rows = session.exec(WITH_PLUGIN.where(*wanted, shown).order_by(col(Incident.id))).all()
    missing = sorted(set(numbers) - {row[0].id for row in rows})
    if missing and not words.startswith(OUTBREAK):
        raise ValueError(f"There is no incident {missing[0]}")
    if not rows:
        raise ValueError(f"No incident of {words} is open")
    if len(rows) > MOST_SELECTED:
        raise ValueError(
            f"{len(rows):,} incidents are too many at once: {MOST_SELECTED} at the most"
        )
    return [view_as(*row, allowed) for row in rows]
