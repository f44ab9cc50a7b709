"""Asking and acting as people do: by text, through the dictionary and the one way to an answer."""

from collections.abc import Callable
from datetime import datetime

from pydantic import SecretStr

from models.actions.action import Asked, Misunderstood, Typed
from models.actions.asking import Asker
from models.actions.core.table import CORE
from models.actions.dictionary import Dictionary
from models.actions.responding import Responder
from models.actions.words import quoted
from models.database.engine import Database
from models.events import Event
from models.events.following import ChannelStyle, Following
from models.events.silence import DigestWish
from models.messages.message import Message
from models.operating.signing import Signer
from models.rules.digest import DigestTime
from models.rules.filters import FollowRequest, Style

DICTIONARY = Dictionary(CORE)
# Whoever sits at the local room, who may know everything.
ANYONE = Asker("local", "local", "you", "you", "room", "Local room")
ADDRESS = "https://watch.example.com"
SIGNED = Signer(SecretStr("the key of this test, which is long enough"), ADDRESS)

# An answer by text.
Respond = Callable[[str, Asker], Message]


def ask(
    database: Database, text: str, now: datetime, asker: Asker = ANYONE, signer: Signer = SIGNED
) -> Message:
    """The answer at this moment."""
    return Responder(database, DICTIONARY, signer).answer(DICTIONARY.typed(text).read, asker, now)


def responder(database: Database, signer: Signer = SIGNED) -> Respond:
    """The answer now, as a platform's listener gets it."""
    responder = Responder(database, DICTIONARY, signer)
    return lambda text, asker: responder.respond(DICTIONARY.typed(text), asker)


def by_text(respond: Respond) -> Callable[[Typed, Asker], Message]:
    """What a listener calls, for a house that goes by the text alone."""
    return lambda typed, asker: respond(typed.text, asker)


def event(text: str, asker: Asker = ANYONE) -> Event:
    """The event that a typed act becomes."""
    read = DICTIONARY.typed(text).read
    assert isinstance(read, Asked), read
    made: Event = read.action.run(asker, **read.values)
    return made


def wanted(*words: str) -> FollowRequest:
    """What `follow` and these words ask for."""
    following = event(" ".join(["follow", *map(quoted, words)]))
    assert isinstance(following, Following)
    return following.wanted


def style(*words: str) -> Style:
    """How `channel` and these words want a channel to be told."""
    said = event(" ".join(["channel", *map(quoted, words)]))
    assert isinstance(said, ChannelStyle)
    return said.style


def digest(*words: str) -> DigestTime:
    """When `digest` and these words want one."""
    wish = event(" ".join(["digest", *map(quoted, words)]))
    assert isinstance(wish, DigestWish)
    return wish.wanted


def problem(text: str) -> str:
    """What is told of a text that is not understood."""
    read = DICTIONARY.typed(text).read
    if isinstance(read, Asked):
        try:
            read.action.run(ANYONE, **read.values)
        except ValueError as error:
            return str(error)
    assert isinstance(read, Misunderstood), read
    return str(read.problem)
