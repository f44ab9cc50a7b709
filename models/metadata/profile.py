"""What differs between ecosystems, as data: one file each in `profiles`."""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from models.rules.ecosystems import Ecosystem

_FOLDER = Path(__file__).parent / "profiles"


class VersionOrder(StrEnum):
    """In whose order its versions are."""

    GEM = "gem"
    PYTHON = "python"
    MAVEN = "maven"


@dataclass(frozen=True, slots=True)
class Required:
    """Where a plugin's dependencies stand: in a `list`, each with these fields; one is not needed where `optional`."""

    list: str
    name: str
    version: str
    optional: str


@dataclass(frozen=True, slots=True)
class Deprecated:
    """Where the deprecated plugins stand, by name: in a `table`, each with a `reason`."""

    table: str
    reason: str


@dataclass(frozen=True, slots=True)
class ListFields:
    """The fields of a public JSON list of all plugins, by what they are here."""

    plugins: str
    name: str
    version: str
    about: str
    repository: str
    host: str
    runtime: str
    requires: Required
    deprecated: Deprecated


@dataclass(frozen=True, slots=True)
class Profile:
    """An ecosystem: the order of its versions and, if it has one, the form of its list of plugins."""

    order: VersionOrder
    listing: ListFields | None = None


@cache
def profile(ecosystem: str) -> Profile:
    """The ecosystem's profile, which is read once."""
    path = _FOLDER / f"{Ecosystem(ecosystem)}.toml"
    raw: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    listing = raw.get("listing")
    if listing is None:
        return Profile(VersionOrder(raw["order"]))
    requires, deprecated = (
        Required(**listing.pop("requires")),
        Deprecated(**listing.pop("deprecated")),
    )
    return Profile(
        VersionOrder(raw["order"]), ListFields(**listing, requires=requires, deprecated=deprecated)
    )
