"""What people say of following, of their channels, and of who they are on GitHub.

Frozen values for `record`.
"""

from dataclasses import dataclass

from models.rules.filters import FollowRequest, Style
from models.rules.people import Actor
from models.rules.places import Place
from models.rules.privacy import PUBLIC, Clearance


@dataclass(frozen=True, slots=True)
class Following:
    """Somebody wants this place to hear of something, or, when it `ends`, to hear of it no more.

    What is not `allowed` to be known where it was said is not found there.
    """

    actor: Actor
    place: Place
    wanted: FollowRequest
    ends: bool = False
    allowed: Clearance = PUBLIC


@dataclass(frozen=True, slots=True)
class ChannelStyle:
    """Somebody sets how a channel is told of news or, with a `style` that sets nothing, asks how it is told now."""

    actor: Actor
    place: Place
    style: Style


@dataclass(frozen=True, slots=True)
class LoginClaim:
    """Somebody says that a GitHub login is theirs, and asks for a code.

    When `done`, they say that the code stands in the login's profile, where only its owner can
    write. The result is told at `place`.
    """

    actor: Actor
    place: Place
    login: str
    done: bool = False


@dataclass(frozen=True, slots=True)
class ProfileRead:
    """GitHub was asked for the profile of a claimed login.

    `link_id` is the id of the claim's `GithubLink`.

    `text` is what the profile says, None when nobody has the login. When there was `trouble`,
    GitHub could not be asked, and nothing is known.
    """

    link_id: int
    text: str | None = None
    trouble: bool = False
