"""Incidents as the list of a rush tells of them: frozen values."""

from datetime import datetime
from typing import NamedTuple

from models.rules.care import Care
from models.rules.status import Verdict
from models.views import IncidentView, PluginView


class ListedIncident(NamedTuple):
    """An incident in a line of a list. Of its plugin only the handle is known."""

    number: int
    plugin: PluginView
    plugin_branch: str
    host_branch: str
    origin: str
    verdict: Verdict
    resolved_at: datetime | None
    closed: str
    confirmed: bool
    care: Care


# What it takes to name an incident, and to say in one line what became of it.
NamedIncident = IncidentView | ListedIncident
