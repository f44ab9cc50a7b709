"""Reading what GitHub must have said, with errors that name the field."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

MAX_TEXT = 300
MAX_BRANCH = 255  # what GitHub allows
_LARGEST_ID = 2**63 - 1
_LARGEST_COUNT = 2**31 - 1
_FULL_NAME = re.compile(r"[\w-]{1,100}/(?!\.{1,2}$)[\w.-]{1,100}", re.ASCII)
_SHA = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


class MalformedError(ValueError):
    """What GitHub sent lacks something; the words name the field and say what would be right."""


@dataclass(frozen=True, slots=True)
class Fields:
    """A JSON object of GitHub's, and where it stands. Every reading raises a MalformedError that
    names it.
    """

    value: dict[str, Any]
    path: str = ""

    def has(self, key: str) -> bool:
        """Whether there is something under this key."""
        return self.value.get(key) is not None

    def object(self, key: str) -> "Fields":
        """The JSON object under this key."""
        value = self.value.get(key)
        if not isinstance(value, dict):
            raise self.wrong(key, "a JSON object")
        return Fields(value, self.place(key))

    def within(self, *keys: str) -> "Fields":
        """The JSON object under these keys, one within the other; an empty one where there is
        none.
        """
        found = self
        for key in keys:
            value = found.value.get(key)
            found = Fields(value if isinstance(value, dict) else {}, found.place(key))
        return found

    def objects(self, key: str) -> Iterator["Fields"]:
        """The JSON objects in the list under this key. What is none lacks every field, which
        reading it will say.
        """
        value = self.value.get(key)
        if not isinstance(value, list):
            raise self.wrong(key, "a list of JSON objects")
        for number, item in enumerate(value):
            yield Fields(item if isinstance(item, dict) else {}, f"{self.place(key)}[{number}]")

    def maybe_objects(self, key: str) -> Iterator["Fields"]:
        """The same; none where there is no list."""
        if self.has(key):
            yield from self.objects(key)

    def text(self, key: str, longest: int = MAX_TEXT) -> str:
        """A text that is not empty, cut to its longest."""
        value = self.value.get(key)
        if not isinstance(value, str) or not value:
            raise self.wrong(key, "a text that is not empty")
        return value[:longest]

    def words(self, key: str, longest: int = MAX_TEXT) -> str:
        """A text for people to read, cut to its longest; empty where there is none."""
        value = self.value.get(key)
        return value[:longest] if isinstance(value, str) else ""

    def texts(self, key: str) -> tuple[str, ...]:
        """The texts in the list under this key; none where there is no list."""
        value = self.value.get(key)
        listed = value if isinstance(value, list) else []
        return tuple(each[:MAX_TEXT] for each in listed if isinstance(each, str))

    def branch(self, key: str) -> str | None:
        """A branch, if one is named."""
        value = self.value.get(key)
        if value is not None and (not isinstance(value, str) or not 0 < len(value) <= MAX_BRANCH):
            raise self.wrong(key, f"a branch, of 1 to {MAX_BRANCH} characters, or null")
        return value

    def full_name(self, key: str) -> str:
        """A repository's name as owner/name."""
        value = self.value.get(key)
        if not isinstance(value, str) or not _FULL_NAME.fullmatch(value):
            raise self.wrong(key, "a repository's name, as owner/name")
        return value

    def sha(self, key: str) -> str:
        """A commit."""
        value = self.value.get(key)
        if not isinstance(value, str) or not _SHA.fullmatch(value):
            raise self.wrong(key, "a commit, in 40 hexadecimal digits")
        return value

    def flag(self, key: str) -> bool:
        """Yes or no; no where nothing is said."""
        value = self.value.get(key)
        if value is not None and not isinstance(value, bool):
            raise self.wrong(key, "true or false")
        return bool(value)

    def id(self, key: str = "id") -> int:
        """One of GitHub's ids."""
        return self._number(key, 1, _LARGEST_ID)

    def count(self, key: str) -> int:
        """A number that is not negative."""
        return self._number(key, 0, _LARGEST_COUNT)

    def maybe_count(self, key: str) -> int:
        """The same; 0 where nothing is said."""
        return self.count(key) if self.has(key) else 0

    def time(self, key: str) -> datetime:
        """A moment, in UTC."""
        value = self.value.get(key)
        try:
            return _moment(value)
        except (ValueError, TypeError, OverflowError, OSError) as error:
            raise self.wrong(key, "a time, such as 2026-03-14T15:09:26Z") from error

    def maybe_time(self, key: str) -> datetime | None:
        """A moment, in UTC, if there is one."""
        return self.time(key) if self.has(key) else None

    def wrong(self, key: str, right: str) -> MalformedError:
        """What is wrong with the field, and what would be right."""
        return MalformedError(f"{self.place(key)} must be {right}")

    def place(self, key: str) -> str:
        """How errors call the field."""
        return f"{self.path}.{key}" if self.path else key

    def _number(self, key: str, least: int, most: int) -> int:
        value = self.value.get(key)
        if type(value) is not int or not least <= value <= most:
            raise self.wrong(key, f"a whole number of at least {least}")
        return value


def _moment(value: Any) -> datetime:
    """GitHub writes times in ISO 8601, and in pushes and installations as Unix time too."""
    if type(value) is int and value >= 0:
        return datetime.fromtimestamp(value, UTC)
    found = datetime.fromisoformat(value)
    if found.tzinfo is None:
        raise ValueError("it has no time zone")
    return found.astimezone(UTC)
