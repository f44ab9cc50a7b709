"""What people do about the master list, as events."""

from models.actions.asking import Asker
from models.events import Event
from models.events.master_list import PluginRemoval
from models.messages.removal import NO_REASON
from models.rules.inert import inert
from models.rules.redact import redact

REASON_LIMIT = 200


def remove(asker: Asker, plugin: str, because: str = "") -> Event:
    """A plugin that is taken off the master list.

    Raises:
        ValueError: no reason is given.
    """
    reason = in_one_line(because)
    if not reason:
        raise ValueError(NO_REASON)
    return PluginRemoval(asker.actor, plugin, reason, allowed=asker.allowed)


def in_one_line(text: str) -> str:
    """A reason as it is kept: inert, without secrets, and not too long."""
    return " ".join(inert(redact(text)).split())[:REASON_LIMIT]
