"""The .discourse-compatibility file: which commit of a plugin an older host is to use."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import yaml
from univers.gem import GemVersion

from models.metadata.versions import host_version

_LONGEST_BYTES = 64 * 1024
_KEY = re.compile(r"\s*(?P<operator>[<>=~!]*)\s*(?P<version>.*?)\s*", re.DOTALL)
# A commit, tag or branch as git allows it; one that starts with a dash would be read as an option.
_REFERENCE = re.compile(r"(?!-)[^\s~^:?*\[\\\x00-\x1f\x7f]{1,255}")
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class CompatibilityError(ValueError):
    """The file cannot be used; the message is a sentence for the plugin's maintainers."""


@dataclass(frozen=True, slots=True)
class Pin:
    """Hosts up to `version`, or `below` it, use `reference`: a commit, tag or branch of the
    plugin.
    """

    version: GemVersion
    below: bool
    reference: str

    def holds_for(self, host: GemVersion) -> bool:
        """Whether this host is one of them."""
        return bool(host < self.version if self.below else host <= self.version)


@dataclass(frozen=True, slots=True)
class Compatibility:
    """The pins from the oldest host to the newest. `notice` says why a file was ignored."""

    pins: tuple[Pin, ...] = ()
    notice: str | None = None

    def pin(self, host_version_text: str) -> str | None:
        """What a host of this version is to use; None is the plugin's newest commit. ValueError
        if it is no version.
        """
        host = host_version(host_version_text)
        return next((pin.reference for pin in self.pins if pin.holds_for(host)), None)


def parse_compatibility(text: str | bytes) -> Compatibility:
    """Read a .discourse-compatibility file. A blank one has no pins; raises CompatibilityError
    on a malformed one.
    """
    try:
        raw = text.encode() if isinstance(text, str) else text
        words = raw.decode() if len(raw) <= _LONGEST_BYTES else ""
    except UnicodeError as error:
        raise CompatibilityError("The file is not UTF-8 text.") from error
    if len(raw) > _LONGEST_BYTES:
        return Compatibility(
            notice=f"The file is over {_LONGEST_BYTES // 1024} KiB, so Discourse ignores it.",
        )
    if not words.strip():
        return Compatibility()
    pins = [_pin(key, value) for key, value in _pairs(words).items()]
    return Compatibility(tuple(sorted(pins, key=lambda pin: (pin.version, not pin.below))))


def _pin(key: str, reference: str) -> Pin:
    found = _KEY.fullmatch(key)
    operator, version = (found["operator"], found["version"]) if found else ("", key)
    if operator not in {"", "<", "<="}:
        raise CompatibilityError(f"`{key[:60]}` uses `{operator}`; only `<` and `<=` are allowed.")
    if not version:
        raise CompatibilityError(f"`{key[:60]}` names no host version, such as `< 3.5.0`.")
    try:
        parsed = host_version(version)
    except ValueError as error:
        raise CompatibilityError(f"The key {error}.") from error
    if not _REFERENCE.fullmatch(reference):
        raise CompatibilityError(f"`{key[:60]}` names no commit, tag or branch of the plugin.")
    return Pin(parsed, operator == "<", reference)


def _pairs(words: str) -> dict[str, str]:
    # The parser's events are read in place of a loaded document: every scalar stays the text it is
    # (a sha of digits only, version 3.10), nothing nested is ever built, and an alias is refused
    # before it can multiply.
    try:
        scalars = list(_scalars(words))
    except yaml.YAMLError as error:
        raise CompatibilityError(f"The file is not valid YAML{_place(error)}.") from error
    return dict(zip(scalars[::2], scalars[1::2], strict=True))


def _scalars(words: str) -> Iterator[str]:
    """The keys and values of the first document, in turn."""
    inside = False
    for event in yaml.parse(words, Loader=_LOADER):
        if (
            isinstance(event, yaml.AliasEvent)
            or getattr(event, "anchor", None)
            or getattr(event, "tag", None)
        ):
            raise CompatibilityError(
                f"{_line(event)} uses an anchor, alias or tag; only plain text is allowed.",
            )
        if isinstance(event, yaml.MappingStartEvent) and not inside:
            inside = True
        elif isinstance(event, yaml.ScalarEvent) and inside:
            yield event.value
        elif isinstance(event, (yaml.ScalarEvent, yaml.CollectionStartEvent)):
            raise CompatibilityError(f"{_line(event)} is not of the form `HOST VERSION: COMMIT`.")
        elif isinstance(event, yaml.MappingEndEvent):
            return
    raise CompatibilityError("The file has no line of the form `HOST VERSION: COMMIT`.")


def _line(event: yaml.Event) -> str:
    return f"Line {event.start_mark.line + 1}" if event.start_mark else "A line"


def _place(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    return f" (line {mark.line + 1})" if mark else ""
