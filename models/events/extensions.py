"""What people wish of extensions, and what becomes of these. Frozen values for `record`."""

from dataclasses import dataclass

from models.rules.authority import Power
from models.rules.extensions import ExtensionVerb
from models.rules.people import Actor
from models.rules.status import Verdict


@dataclass(frozen=True, slots=True)
class ExtensionWish:
    """Somebody wants something done with the extension of this handle, for which one needs the `power`."""

    actor: Actor
    verb: ExtensionVerb
    handle: str
    power: Power


@dataclass(frozen=True, slots=True)
class InstallWish:
    """Somebody wants the newest package of this handle installed, for which one needs the `power`.

    `agreeing` is the code of the terms that they saw. Where it `upgrades`, another version must be there.
    """

    actor: Actor
    handle: str
    power: Power
    agreeing: str = ""
    upgrades: bool = False


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
