"""The commands about following, channels and logins: how their words are read, and the events that they become."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime

from bot.acting import actor
from bot.asker import Asker, Becomes
from bot.grammar import Command, Misunderstood, extra
from models.database import Session
from models.events import Event
from models.events.following import ChannelStyle, Following, LoginClaim, Place
from models.events.silence import DigestWish
from models.messages.following import following_message
from models.messages.message import Message
from models.queries.following import destination_view
from models.rules.digest import DigestTime, read_digest
from models.rules.filters import Style, Wanted, is_me, read_following, read_style, read_unfollowing
from models.rules.privacy import Clearance
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


def read_digest_time(name: str, words: Sequence[str]) -> Command | Misunderstood:
    """How often and when somebody wants their digest; no words ask how it is."""
    try:
        return Command(name, style=Style(**asdict(read_digest(words))))
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


def following(session: Session, command: Command, asker: Asker, _allowed: Clearance, _now: datetime) -> Message:
    """What this channel or person follows."""
    where = place(asker, for_me=command.wanted.for_me)
    known = destination_view(session, where.platform, where.address)
    return following_message(known or DestinationView(where.name, where.is_person))


def place(asker: Asker, *, for_me: bool) -> Place:
    """Where whoever asks is to hear: in this channel, or by themself."""
    # Whoever sits at the local room is its only person, and the room is where they hear.
    if (for_me or asker.is_direct) and asker.platform != "local":
        return Place(asker.platform, asker.user, asker.name, is_person=True, workspace=asker.workspace)
    return Place(
        asker.platform,
        asker.channel,
        asker.channel_name,
        workspace=asker.workspace,
        is_private=bool(asker.is_private),
    )


def _wanted(name: str, words: Sequence[str], read: Callable[[Sequence[str]], Wanted]) -> Command | Misunderstood:
    try:
        return Command(name, wanted=read(words))
    except ValueError as error:
        return Misunderstood(str(error), name)


def _follow(command: Command, asker: Asker, _allowed: Clearance) -> Event:
    where = place(asker, for_me=command.wanted.for_me)
    return Following(actor(asker), where, command.wanted, ends=command.name == "unfollow")


def _style(command: Command, asker: Asker, _allowed: Clearance) -> Event:
    where = place(asker, for_me=False)
    return ChannelStyle(actor(asker), where, command.style)


def _digest(command: Command, asker: Asker, _allowed: Clearance) -> Event:
    style = command.style
    wanted = DigestTime(style.digest, style.digest_at, style.digest_zone)
    return DigestWish(actor(asker), place(asker, for_me=True), wanted)


def _link(command: Command, asker: Asker, _allowed: Clearance) -> Event:
    return LoginClaim(actor(asker), place(asker, for_me=True), command.subject, done=command.verb == "done")


# The commands that change something, each with the event that it becomes.
EVENTS: dict[str, Becomes] = {
    "follow": _follow,
    "unfollow": _follow,
    "channel": _style,
    "digest": _digest,
    "link": _link,
}
