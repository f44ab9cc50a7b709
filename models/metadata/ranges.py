"""Whether a version is within a range, in the order of its ecosystem: RubyGems', Python's or Maven's."""

from functools import lru_cache
from typing import Any

from packaging.version import InvalidVersion, Version
from univers.maven import Version as MavenVersion

from models.metadata.profile import VersionOrder, profile
from models.metadata.versions import host_version
from models.rules.ranges import Clause, clauses

_REMEMBERED = 4_096
_LONGEST = 200  # characters of a version


@lru_cache(_REMEMBERED)
def version_in(text: str, ecosystem: str) -> Any:
    """The version, which compares with others of its ecosystem. A `v` before it counts for nothing.

    Raises:
        ValueError: it is no version, as a commit is none.
    """
    bare = text.strip().removeprefix("v")
    if not bare or not bare[0].isdigit():
        raise ValueError(f"{text[:60]!r} is not a version")
    match profile(ecosystem).order:
        case VersionOrder.GEM:
            return host_version(bare)
        case VersionOrder.MAVEN:
            return MavenVersion(bare[:_LONGEST])  # type: ignore[no-untyped-call]  # univers ships no types
        case VersionOrder.PYTHON:
            return _of_python(bare)


def _of_python(text: str) -> Version:
    try:
        return Version(text)
    except InvalidVersion as error:
        raise ValueError(
            f"{text[:60]!r} is not a version, as Python's packages have them"
        ) from error


def is_version(text: str, ecosystem: str) -> bool:
    """Whether this is a version of the ecosystem."""
    try:
        version_in(text, ecosystem)
    except ValueError:
        return False
    return True


def is_within(version: str, range_: str, ecosystem: str) -> bool:
    """Whether the version is within the range; every version is within an empty one.

    Raises:
        ValueError: one of them is no version.
    """
    if not range_:
        return True
    ours = version_in(version, ecosystem)
    return all(_holds(ours, each, ecosystem) for each in clauses(range_))


def check_range(range_: str, ecosystem: str) -> None:
    """Make sure that versions of the ecosystem can be compared with the range.

    Raises:
        ValueError: they cannot.
    """
    for each in clauses(range_) if range_ else ():
        version_in(each.version, ecosystem)


def _holds(ours: Any, clause: Clause, ecosystem: str) -> bool:
    theirs = version_in(clause.version, ecosystem)
    match clause.relation:
        case ">=":
            return bool(ours >= theirs)
        case "<=":
            return bool(ours <= theirs)
        case ">":
            return bool(ours > theirs)
        case "<":
            return bool(ours < theirs)
        case "!=":
            return bool(ours != theirs)
        case _:
            return bool(ours == theirs)
