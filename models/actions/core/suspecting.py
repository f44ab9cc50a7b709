"""Which commits are suspected of an incident."""

from models import queries
from models.actions.asking import Asking
from models.messages.acting import no_incident
from models.messages.help import unknown_plugin
from models.messages.message import Message
from models.messages.suspects import none_open, suspects_message
from models.queries.suspects import suspects_of
from models.rules.care import incident_number


def suspects(asking: Asking, incident: str) -> Message:
    """The suspect commits of the incident of this number, or of the newest open one of the plugin of this name."""
    if (number := incident_number(incident)) is not None:
        return _of(asking, number)
    plugin = queries.find_plugin(asking.session, incident, allowed=asking.allowed)
    if plugin is None:
        return unknown_plugin(incident, queries.handles(asking.session))
    found = queries.open_incidents(asking.session, plugin, allowed=asking.allowed)
    return _of(asking, found[-1].number) if found else none_open(plugin)


def _of(asking: Asking, number: int) -> Message:
    found = suspects_of(asking.session, number, allowed=asking.allowed)
    return suspects_message(found) if found else no_incident(number)
