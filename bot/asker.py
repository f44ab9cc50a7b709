"""Who asks, and where."""

from collections.abc import Callable
from dataclasses import dataclass

from models.messages.message import Message


@dataclass(frozen=True, slots=True)
class Asker:
    """A person by the ids of the platform that vouches for them, and the channel in which they ask.

    `workspace` is a Slack team or a Discord guild; `groups` are the ids of the person's Slack user groups or Discord
    roles. `name` is for show and decides nothing. In a direct message `is_direct` is set, and `channel` is that one.
    `filled` is what they filled into the form that the command opened: names of fields with words.
    """

    platform: str
    workspace: str
    user: str
    name: str
    channel: str
    channel_name: str = ""
    groups: frozenset[str] = frozenset()
    is_direct: bool = False
    filled: tuple[tuple[str, str], ...] = ()


# The answer to what was typed, or to a button that was pressed. It waits for the database, so call it in a thread.
Respond = Callable[[str, Asker], Message]
