"""The kinds of words that manifests consist of, each with what would be right. Pure."""

import re
from datetime import timedelta
from typing import Annotated, Any

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)

HANDLE = re.compile(r"[a-z]{3,32}")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
_COMMAND = re.compile(r"[a-z][a-z0-9-]{0,31}")
_HOST = re.compile(
    r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+(:\d{1,5})?"
)
_LENGTH = re.compile(r"(\d{1,5}) ?(s|min|h|d)")
_MEMORY = re.compile(r"(\d{1,5}) ?(MiB|GiB)")
_SHORTEST_RHYTHM = timedelta(minutes=1)
_LONGEST_RHYTHM = timedelta(days=1)  # calls are kept so long, by which a slot is known
_UNITS = {"s": "seconds", "min": "minutes", "h": "hours", "d": "days"}
_BYTES = {"MiB": 1 << 20, "GiB": 1 << 30}
_LEAST_MEMORY, _MOST_MEMORY = 32 << 20, 2 << 30


class ManifestPart(BaseModel):
    """A part of a manifest: frozen, strict about types, and with no field that is not known."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        arbitrary_types_allowed=True,
        populate_by_name=False,
    )


def _matching(pattern: re.Pattern[str], right: str) -> AfterValidator:
    def check(text: str) -> str:
        if pattern.fullmatch(text) is None:
            raise ValueError(f"is {text!r}; it must be {right}")
        return text

    return AfterValidator(check)


def _version(text: Any) -> Version:
    try:
        return Version(text)
    except (InvalidVersion, TypeError) as error:
        raise ValueError('must be a version in quotes, such as "1.2.0"') from error


def _specifier(text: Any) -> SpecifierSet:
    try:
        return SpecifierSet("" if text == "*" else text)
    except (InvalidSpecifier, TypeError, AttributeError) as error:
        raise ValueError(
            'must name versions in quotes, such as ">=0.2", ">=1,<3", or "*"'
        ) from error


def satisfies(version: Version, wanted: SpecifierSet) -> bool:
    """Whether a version is among those wanted. A pre-release counts as what it leads to: 0.2.0.dev0 is ">=0.2"."""
    released = Version(version.base_version)
    return wanted.contains(version, prereleases=True) or wanted.contains(released)


def _length(text: Any) -> timedelta:
    found = _LENGTH.fullmatch(text) if isinstance(text, str) else None
    if found is None or not int(found[1]):
        raise ValueError('must be a length of time, such as "30 s", "5 min", "1 h" or "1 d"')
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def _rhythm(length: timedelta) -> timedelta:
    """How often something is called."""
    if not _SHORTEST_RHYTHM <= length <= _LONGEST_RHYTHM:
        raise ValueError('must be between "1 min" and "1 d"')
    return length


def _memory(text: Any) -> int:
    found = _MEMORY.fullmatch(text) if isinstance(text, str) else None
    size = int(found[1]) * _BYTES[found[2]] if found else 0
    if not _LEAST_MEMORY <= size <= _MOST_MEMORY:
        raise ValueError('must be between "32 MiB" and "2 GiB", such as "256 MiB"')
    return size


Handle = Annotated[str, _matching(HANDLE, "3 to 32 letters from a to z")]
Name = Annotated[
    str, _matching(_NAME, "a small letter, then small letters, digits or _, 32 at most")
]
Command = Annotated[
    str, _matching(_COMMAND, "a small letter, then small letters, digits or -, 32 at most")
]
Fetched = Annotated[
    str,
    _matching(
        re.compile(rf"option:{_NAME.pattern}|{_HOST.pattern}"),
        "a host such as jira.example.com, or option:NAME for the one that the operator sets",
    ),
]
Short = Annotated[
    str, StringConstraints(min_length=1, max_length=80, pattern=r"^[^\x00-\x1f\x7f]*$")
]
Line = Annotated[
    str, StringConstraints(min_length=1, max_length=300, pattern=r"^[^\x00-\x1f\x7f]*$")
]
VersionOf = Annotated[Version, BeforeValidator(_version)]
Versions = Annotated[SpecifierSet, BeforeValidator(_specifier)]
Length = Annotated[timedelta, BeforeValidator(_length)]
Rhythm = Annotated[Length, AfterValidator(_rhythm)]
Memory = Annotated[int, BeforeValidator(_memory)]
Language = Annotated[
    str, _matching(re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})?"), "the tag of a language, such as de")
]
Handler = Annotated[Name, Field(description="What the extension's code calls it")]
