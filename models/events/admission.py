"""What people say of workspaces, and platforms of channels. Frozen values for `record`."""

from dataclasses import dataclass

from models.rules.people import Actor


@dataclass(frozen=True, slots=True)
class Admission:
    """Somebody admits another workspace, or dismisses it."""

    actor: Actor
    platform: str
    workspace: str
    admits: bool


@dataclass(frozen=True, slots=True)
class ChannelOpened:
    """The platform says that a channel is not private, or not any more."""

    platform: str
    address: str
