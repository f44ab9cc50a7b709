"""What people say of following, of their channels, and of who they are on GitHub. Frozen values for `record`."""

from dataclasses import dataclass

from models.people.persons import Actor
from models.rules.filters import Style, Wanted


@dataclass(frozen=True, slots=True)
class Place:
    """Where messages can go: a channel by its id, or a person by their user id, and in which workspace that is.

    `is_private` says that the platform calls the channel private now.
    """

    platform: str
    address: str
    name: str
    is_person: bool = False
    workspace: str = ""
    is_private: bool = False


@dataclass(frozen=True, slots=True)
class Following:
    """Somebody wants this place to hear of something, or to hear of it no more."""

    actor: Actor
    place: Place
    wanted: Wanted
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
