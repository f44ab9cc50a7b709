"""A list of plugins to import: repositories one a line, or JSON with their headers."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from models.metadata.header import Header, header_of, parse_header
from models.rules.ecosystems import Ecosystem

_LONGEST_CHARACTERS = 32 * 1024 * 1024
_MOST_TAGS = 50
# Our own extensions are in no list.
_LISTED = tuple(each for each in Ecosystem if each is not Ecosystem.PLUGINWATCH)
_REPOSITORY = re.compile(
    r"(?:(?:(?:https?|git|ssh)://)?(?:[^\s/@:]{1,100}@)?(?:www\.)?github\.com[/:])?"
    r"(?P<owner>[a-z0-9][a-z0-9-]{0,38})/(?P<name>(?!\.{1,2}(?:/|$))[\w.-]{1,100}?)(?:\.git)?/?",
    re.ASCII | re.IGNORECASE,
)
# A folder of a repository: behind its name, or as the address of a page.
_FOLDER = re.compile(
    r"(?P<repository>(?!https?:|(?:www\.)?github\.com/)[^/\s]+/[^/\s]+|https?://(?:www\.)?github\.com/[^/\s]+/[^/\s]+/tree/[^/\s]+)"
    r"/(?P<path>[^\s?#]+?)/?",
    re.IGNORECASE,
)
_PATH = re.compile(r"(?!.{200})(?:(?!\.{1,2}(?:/|$))[\w.-]+(?:/|$))+(?<!/)", re.ASCII)
# A line of an app.yml or of a list, before what it names.
_CLONE = re.compile(r"(?:[-*] )?(?:sudo -E -u discourse )?(?:git clone )?")
_PAGE = re.compile(r"https?://(?:www\.)?github\.com/[^/\s?#]+/[^/\s?#]+", re.IGNORECASE)


class ListingError(ValueError):
    """The list cannot be read at all; the message says what would be right."""


@dataclass(frozen=True, slots=True)
class ListingEntry:
    """One plugin of a list. What is None was not said, and importing leaves it as it was."""

    repository: str
    header: Header | None = None
    compatibility: str | None = None
    tags: tuple[str, ...] | None = None
    ecosystem: Ecosystem | None = None
    path: str = ""

    @property
    def place(self) -> str:
        """The repository, and the folder in it where it has several plugins."""
        return f"{self.repository}/{self.path}" if self.path else self.repository

    @property
    def key(self) -> str:
        """The same as it is compared: GitHub tells capitals of folders apart, and not those of names."""
        name = self.repository.lower()
        return f"{name}/{self.path}" if self.path else name


@dataclass(frozen=True, slots=True)
class Listing:
    """What could be read, and a sentence for each entry that could not."""

    entries: tuple[ListingEntry, ...]
    problems: tuple[str, ...]


def named_repository(text: str) -> ListingEntry | None:
    """The one repository, or folder of it, that somebody names or pastes the address of."""
    try:
        entries = parse_listing(text.strip().strip("<>").replace("#", " ")).entries
    except ListingError:
        return None
    return entries[0] if len(entries) == 1 else None


def parse_listing(text: str) -> Listing:
    """Read a list, either as lines `owner/name` or as a JSON list of objects with `repo`.

    A folder of a repository with several plugins follows its name, or is `path` in JSON.

    A bad entry does not stop the others. Raises ListingError when the text is neither.
    """
    if len(text) > _LONGEST_CHARACTERS:
        raise ListingError(
            f"The list is longer than {_LONGEST_CHARACTERS:,} characters; import it in parts.",
        )
    body = text.removeprefix("\ufeff")
    if body.lstrip().startswith(("[", "{")):
        return _collected(
            ((f"Entry {place}", item) for place, item in enumerate(_json_list(body), 1)),
            _of_object,
        )
    lines = (
        (f"Line {place}", line.partition("#")[0].strip())
        for place, line in enumerate(body.splitlines(), 1)
    )
    return _collected(((place, line) for place, line in lines if line), _of_line)


def repository_in(text: str) -> str | None:
    """`owner/name` out of a repository's name or address, also of a page within it; None if it
    names none.
    """
    page = _PAGE.match(text.strip())
    found = _REPOSITORY.fullmatch(page[0] if page else text.strip())
    return f"{found['owner']}/{found['name']}" if found else None


def _collected(items: Iterable[tuple[str, Any]], read: Callable[[Any], ListingEntry]) -> Listing:
    entries: dict[str, ListingEntry] = {}
    problems: list[str] = []
    for place, item in items:
        try:
            entry = read(item)
        except ValueError as error:
            problems.append(f"{place}: {error}.")
            continue
        if entries.setdefault(entry.key, entry) is not entry:
            problems.append(
                f"{place}: {entry.place} is in the list already; only the first one counts.",
            )
    return Listing(tuple(entries.values()), tuple(problems))


def _of_line(line: str) -> ListingEntry:
    repository, path = _place(_CLONE.sub("", line, count=1))
    return ListingEntry(_repository(repository), path=path)


def _place(text: str) -> tuple[str, str]:
    """A repository as it is named, and the folder in it, if one is."""
    found = _FOLDER.fullmatch(text.strip())
    if found is None or (found["path"].partition("/")[0] == "tree" and "://" in text):
        return text, ""
    return found["repository"].partition("/tree/")[0], _path(found["path"])


def _path(value: object) -> str:
    """A folder within a repository."""
    if value is None:
        return ""
    if not isinstance(value, str) or not _PATH.fullmatch(value):
        raise ListingError("`path` must be a folder of the repository, such as plugins/chat")
    return value


def _of_object(item: object) -> ListingEntry:
    if not isinstance(item, dict):
        raise ListingError('this is not an object; write {"repo": "owner/name"}')
    compatibility = item.get("compatibility")
    if compatibility is not None and not _is_text(compatibility):
        raise ListingError(
            "`compatibility` must be the text of the plugin's .discourse-compatibility",
        )
    repo = item.get("repo")
    repository, path = _place(repo) if isinstance(repo, str) else (repo, "")
    return ListingEntry(
        _repository(repository),
        _header(item),
        compatibility,
        _tags(item),
        _ecosystem(item),
        _path(item.get("path")) or path,
    )


def _repository(value: object) -> str:
    found = repository_in(value) if isinstance(value, str) else None
    if found is None:
        named = repr(str(value)[:80])
        raise ListingError(
            f"{named} names no repository; write owner/name or https://github.com/owner/name",
        )
    return found


def _header(item: dict[str, Any]) -> Header | None:
    lines = item.get("header_lines")
    text = item.get("header")
    given = item.get("fields")
    if lines is not None:
        if not isinstance(lines, list) or not all(_is_text(line) for line in lines):
            raise ListingError("`header_lines` must be a list of text")
        return parse_header("\n".join(lines))
    if text is not None:
        if not _is_text(text):
            raise ListingError("`header` must be text")
        return parse_header(text)
    if given is None:
        return None
    if not isinstance(given, dict) or not all(_is_text(value) for value in given.values()):
        raise ListingError("`fields` must map the header's keys to text")
    return header_of(given)


def _tags(item: dict[str, Any]) -> tuple[str, ...] | None:
    tags = item.get("tags")
    if tags is None:
        return None
    if (
        not isinstance(tags, list)
        or len(tags) > _MOST_TAGS
        or not all(_is_text(tag) for tag in tags)
    ):
        raise ListingError(f"`tags` must be a list of at most {_MOST_TAGS} texts")
    return tuple(dict.fromkeys(tags))


def _ecosystem(item: dict[str, Any]) -> Ecosystem | None:
    told = item.get("ecosystem")
    if told is None:
        return None
    if told not in _LISTED:
        raise ListingError(f"`ecosystem` must be {' or '.join(_LISTED)}")
    return Ecosystem(told)


def _is_text(value: object) -> bool:
    """Whether every database can store it: JSON can spell NUL and halves of surrogate pairs."""
    return isinstance(value, str) and "\0" not in value and not re.search("[\ud800-\udfff]", value)


def _json_list(body: str) -> Iterator[Any]:
    try:
        found = json.loads(body, parse_constant=_no_constant, object_pairs_hook=_no_duplicates)
    except (ValueError, RecursionError) as error:
        raise ListingError(f"The list is not valid JSON: {error}.") from error
    if not isinstance(found, list):
        raise ListingError('The JSON must be a list of objects such as {"repo": "owner/name"}.')
    return iter(found)


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("an object has the same key twice")
    return found
