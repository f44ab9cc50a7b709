"""The commands about following, channels and logins: how their words are read, and the events that they become."""

from collections.abc import Callable, Sequence

from bot.acting import actor
from bot.asker import Asker
from bot.grammar import Command, Misunderstood, extra
from models.database import Session
from models.events import Event
from models.follow_events import ChannelStyle, Following, LoginClaim, Place
from models.messages.following import following_message
from models.messages.message import Message
from models.queries.following import destination_view
from models.rules.filters import Wanted, is_me, read_following, read_style, read_unfollowing
from models.views import DestinationView

_HOW_TO_LINK = "Name your login on GitHub: link github LOGIN"


def read_follow(name: str, words: Sequence[str]) -> Command | Misunderstood:
    """What to follow, and what to hear of it."""
    return _wanted(name, words, read_following)


def read_unfollow(name: str, words: Sequence[str]) -> Command | Misunderstood:
    """What to follow no more."""
    return _wanted(name, words, read_unfollowing)


def read_whose(name: str, words: Sequence[str]) -> Command | Misunderstood:
    """Nothing, or "me"."""
    rest = words[1:] if words and is_me(words[0]) else words
    return extra(name, rest) if rest else Command(name, wanted=Wanted(for_me=bool(words)))


def read_channel(name: str, words: Sequence[str]) -> Command | Misunderstood:
    """How a channel is to be told; no words ask how it is."""
    try:
        return Command(name, style=read_style(words))
    except ValueError as error:
        return Misunderstood(str(error), name)


def read_link(name: str, words: Sequence[str]) -> Command | Misunderstood:
    """The word "github", a login, and perhaps "done"."""
    if len(words) < 2 or words[0].casefold() != "github":
        return Misunderstood(_HOW_TO_LINK, name)
    done = len(words) > 2 and words[2].casefold() == "done"
    rest = words[3:] if done else words[2:]
    login = words[1].removeprefix("@")
    return extra(name, rest) if rest else Command(name, login, verb="done" if done else "")


def _following(session: Session, command: Command, asker: Asker) -> Message:
    """What this channel or person follows."""
    place = _place(asker, for_me=command.wanted.for_me)
    known = destination_view(session, place.platform, place.address)
    return following_message(known or DestinationView(place.name, place.is_person))


def _wanted(name: str, words: Sequence[str], read: Callable[[Sequence[str]], Wanted]) -> Command | Misunderstood:
    try:
        return Command(name, wanted=read(words))
    except ValueError as error:
        return Misunderstood(str(error), name)


def _place(asker: Asker, *, for_me: bool) -> Place:
    # Whoever sits at the local room is its only person, and the room is where they hear.
    if (for_me or asker.is_direct) and asker.platform != "local":
        return Place(asker.platform, asker.user, asker.name, is_person=True)
    return Place(asker.platform, asker.channel, asker.channel_name)


def _follow(command: Command, asker: Asker) -> Event:
    place = _place(asker, for_me=command.wanted.for_me)
    return Following(actor(asker), place, command.wanted, ends=command.name == "unfollow")


def _style(command: Command, asker: Asker) -> Event:
    place = _place(asker, for_me=False)
    return ChannelStyle(actor(asker), place, command.style)


def _link(command: Command, asker: Asker) -> Event:
    return LoginClaim(actor(asker), _place(asker, for_me=True), command.subject, done=command.verb == "done")


# What one can ask that depends on who asks, and where.
QUESTIONS: dict[str, Callable[[Session, Command, Asker], Message]] = {"following": _following}
# The commands that change something, each with the event that it becomes.
EVENTS: dict[str, Callable[[Command, Asker], Event]] = {
    "follow": _follow,
    "unfollow": _follow,
    "channel": _style,
    "link": _link,
}
