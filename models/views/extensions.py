"""What is told of extensions: frozen values, as those of `models.views`."""

from dataclasses import dataclass
from datetime import date, datetime

from models.rules.extensions import ExtensionState


@dataclass(frozen=True, slots=True)
class NeedView:
    """An extension that another one needs, or takes with it if it is there. `there` is blank where it is not."""

    handle: str
    wanted: str
    is_optional: bool
    there: str


@dataclass(frozen=True, slots=True)
class Offer:
    """What somebody who installs a package should know.

    `is_agreed` says whether the very same `terms` were agreed to before, and `code` is what one agrees to them by.
    `replaces` is the version that is there, and whether that `is_on`; `holds` are the installed extensions that it
    would hold.
    """

    handle: str
    name: str
    version: str
    terms: tuple[str, ...]
    code: str
    is_agreed: bool
    replaces: str
    holds: tuple[str, ...]
    is_on: bool


@dataclass(frozen=True, slots=True)
class PackageView:
    """A package that could be installed, or why not; `state` says how it stands beside what is there."""

    file: str
    handle: str
    version: str
    state: str
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExtensionView:
    """An extension. `why` has what keeps it from running here; `brings` are kinds of contributions with their names.

    `used` says by whom, and `upgrade` says what becomes of another version that is to take its place.

    Where this Pluginwatch does not understand the manifest, nothing is known but handle, version and state.
    """

    handle: str
    name: str
    version: str
    state: ExtensionState
    agreed_by: str
    agreed_at: datetime
    why: tuple[str, ...] = ()
    upgrade: str = ""
    used: str = ""
    about: str = ""
    publisher: str = ""
    website: str = ""
    maturity: str = ""
    created: date | None = None
    host: str = ""
    terms: tuple[str, ...] = ()
    needs: tuple[NeedView, ...] = ()
    needed_by: tuple[str, ...] = ()
    brings: tuple[tuple[str, str], ...] = ()
