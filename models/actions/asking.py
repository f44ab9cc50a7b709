"""Who asks, and where; and all that a question may read."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from models.actions.action import Typed
from models.actions.dictionary import Dictionary
from models.database.engine import Session
from models.extensions.using import used
from models.messages.message import Message
from models.operating.signing import Signer
from models.rules.clean import clean
from models.rules.languages import ENGLISH
from models.rules.people import Actor
from models.rules.places import LOCAL, Place
from models.rules.privacy import PUBLIC, Clearance


@dataclass(frozen=True, slots=True)
class Asker:
    """A person by the ids of the platform that vouches for them, and the channel in which they ask.

    `workspace` is a Slack team or a Discord guild; `groups` are the ids of the person's Slack user
    groups or Discord roles. `name` is for show and decides nothing. In a direct message `is_direct`
    is set, and `channel` is that one. `is_private` is what the platform says of the channel now,
    None where it does not tell; `for_all` says that everyone there reads the answer. `filled` is
    what they filled into the form that the command opened: names of fields with words. What they
    are `allowed` to know is found out before anything is answered. `language` is the channel's or their own.
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
    allowed: Clearance = PUBLIC
    language: str = ENGLISH

    @property
    def actor(self) -> Actor:
        """Who asks, as `models` knows people."""
        return Actor(self.platform, self.workspace, self.user, self.name, self.groups)

    def place(self, *, for_me: bool) -> Place:
        """Where they are to hear: in this channel, or by themselves."""
        # Whoever sits at the local room is its only person, and the room is where they hear.
        if (for_me or self.is_direct) and self.platform != LOCAL:
            return Place(
                self.platform, self.user, self.name, is_person=True, workspace=self.workspace
            )
        return Place(
            self.platform,
            self.channel,
            self.channel_name,
            workspace=self.workspace,
            is_private=bool(self.is_private),
        )

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


@dataclass(frozen=True, slots=True)
class Asking:
    """What a question is answered from: the database as it is read, who asks, `now`, what signs links, and all that can
    be asked.
    """

    session: Session
    asker: Asker
    now: datetime
    signer: Signer
    dictionary: Dictionary

    @property
    def allowed(self) -> Clearance:
        """What may be told."""
        return self.asker.allowed

    @property
    def used(self) -> frozenset[str]:
        """The extensions that are used here; strangers use none."""
        if not (self.allowed.inside and self.dictionary.owners):
            return frozenset()
        return used(self.session, self.asker.platform, self.asker.channel, self.asker.user)


# The answer to what was typed, pressed or filled in. It waits for the database, so call it in a thread.
Respond = Callable[[Typed, Asker], Message]
# The language of where somebody asks.
LanguageOf = Callable[[Asker], str]
