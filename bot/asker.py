"""Who asks, and where."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.grammar import Command
from models.database import Session
from models.events import Event
from models.messages.message import Message
from models.rules.clean import clean
from models.rules.privacy import Clearance


@dataclass(frozen=True, slots=True)
class Asker:
    """A person by the ids of the platform that vouches for them, and the channel in which they ask.

    `workspace` is a Slack team or a Discord guild; `groups` are the ids of the person's Slack user groups or Discord
    roles. `name` is for show and decides nothing. In a direct message `is_direct` is set, and `channel` is that one.
    `is_private` is what the platform says of the channel now, None where it does not tell; `for_all` says that everyone
    there reads the answer. `filled` is what they filled into the form that the command opened: names of fields with
    words.
    """

    platform: str
    workspace: str
    user: str
    name: str
    channel: str
    channel_name: str = ""
    groups: frozenset[str] = frozenset()
    is_direct: bool = False
    is_private: bool | None = None
    for_all: bool = False
    filled: tuple[tuple[str, str], ...] = ()

    def cleaned(self) -> "Asker":
        """The same person, with every name and word as it can be stored."""
        return replace(
            self,
            workspace=clean(self.workspace),
            user=clean(self.user),
            name=clean(self.name),
            channel=clean(self.channel),
            channel_name=clean(self.channel_name),
            groups=frozenset(map(clean, self.groups)),
            filled=tuple((clean(name), clean(words)) for name, words in self.filled),
        )


# How a question is answered whose answer depends on who asks, and where.
Question = Callable[[Session, Command, "Asker", Clearance, datetime], Message]

# The event that a command becomes, by who gave it and what they may know.
Becomes = Callable[[Command, "Asker", Clearance], Event]

# The answer to what was typed, or to a button that was pressed. It waits for the database, so call it in a thread.
Respond = Callable[[str, Asker], Message]
