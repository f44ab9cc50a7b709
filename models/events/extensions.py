"""What people ask to be done with extensions, and what extensions report. Frozen values for `record`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models.messages.message import Message
from models.rules.authority import Power
from models.rules.extensions import ExtensionVerb
from models.rules.languages import ENGLISH
from models.rules.people import Actor
from models.rules.places import Place
from models.rules.status import Verdict


@dataclass(frozen=True, slots=True)
class ExtensionWish:
    """Somebody wants something done with the extension of this handle, for which one needs the `power`.

    What is turned on is used at the `place` from then on, or `everywhere`.
    """

    actor: Actor
    verb: ExtensionVerb
    handle: str
    power: Power
    place: Place | None = None
    everywhere: bool = False


@dataclass(frozen=True, slots=True)
class UseWish:
    """Somebody wants an extension used at this place, or, when it `ends`, not any more."""

    actor: Actor
    place: Place
    handle: str
    ends: bool = False


@dataclass(frozen=True, slots=True)
class InstallWish:
    """Somebody wants the newest package of this handle installed, which takes the `power`.

    `agreeing` is the code of the terms that they saw. If it `upgrades`, another version must be installed.
    """

    actor: Actor
    handle: str
    power: Power
    agreeing: str = ""
    upgrades: bool = False


@dataclass(frozen=True, slots=True)
class OptionWish:
    """Somebody wants this option of an extension to have this value, or without one its usual one."""

    actor: Actor
    handle: str
    option: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class ExtensionVerdict:
    """What Pluginwatch itself sees of an extension: that its code works with this version of ours, or how it fails."""

    handle: str
    name: str
    about: str
    website: str
    version: str
    verdict: Verdict
    message: str | None = None
    backtrace: str | None = None


@dataclass(frozen=True, slots=True)
class Decorated:
    """What an extension adds to the cards of an incident, in place of what it added before; without blocks nothing."""

    handle: str
    incident: int
    added: Message
    language: str = ENGLISH


@dataclass(frozen=True, slots=True)
class ExtensionDelivery:
    """A webhook came in at the door `source` of an extension, verified; by its id it is known if it is sent again."""

    handle: str
    source: str
    id: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CiSaid:
    """What CI says of a plugin, by the word of an extension: `at` its own time, of this commit of the branch."""

    extension: str
    plugin: str
    branch: str
    host_branch: str
    sha: str
    verdict: Verdict
    at: datetime
    said_by: str
    message: str = ""
