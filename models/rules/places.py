"""Where messages can go. Pure."""

from dataclasses import dataclass

# The room of this machine. Whoever sits at it is its only person, and it has no direct messages.
LOCAL = "local"
# Names of ours, which no extension's handle may be: its chat is a platform by that name.
PLATFORMS = frozenset(
    {LOCAL, "slack", "discord", "api", "shell"}
    | {"github", "email", "discourse", "webhook", "extension"}
)


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
