"""What people say of following, of their channels, and of who they are on GitHub. Frozen values for `record`."""

from dataclasses import dataclass

from models.rules.filters import FollowRequest, Style
from models.rules.people import Actor
from models.rules.places import Place


@dataclass(frozen=True, slots=True)
class Following:
    """Somebody wants this place to hear of something, or to hear of it no more."""

    actor: Actor
    place: Place
    wanted: FollowRequest
    ends: bool = False


@dataclass(frozen=True, slots=True)
class ChannelStyle:
    """Somebody says how a channel is to be told, or asks how it is."""

    actor: Actor
    place: Place
    style: Style


@dataclass(frozen=True, slots=True)
class LoginClaim:
    """Somebody says that a GitHub login is theirs; when `done`, that the code stands where only its owner writes.

    What comes of it is told at their `place`.
    """

    actor: Actor
    place: Place
    login: str
    done: bool = False


@dataclass(frozen=True, slots=True)
class ProfileRead:
    """The profile of a claimed login was looked at: its text, None when nobody has the login.

    `trouble` is set, and nothing is known, when GitHub could not be asked.
    """

    link_id: int
    text: str | None = None
    trouble: bool = False
