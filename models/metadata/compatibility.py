"""The .discourse-compatibility file: which commit of a plugin an older host is to use."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from univers.gem import GemVersion

from models.metadata.versions import host_version
from models.metadata.yaml11 import Value
from models.metadata.yaml_map import NoMapError, Written, pairs

_LONGEST_BYTES = 64 * 1024
_KEY = re.compile(r"\s*(?P<operator>=|!=|>|<|>=|<=|~>)?\s*(?P<version>[^\s<>=~!].*?)\s*", re.DOTALL)
# A commit, tag or branch as git allows it; one that starts with a dash would be read as an option.
_REFERENCE = re.compile(
    r"(?![-/.])(?!@$)(?!.*(?:\.\.|@\{|//|/\.|\.lock(?:/|$)|[/.]$))[^\s~^:?*\[\\\x00-\x1f\x7f]{1,255}"
)
_ALLOWED = frozenset({"", "=", "<", "<="})


class CompatibilityError(ValueError):
    """The file cannot be used; the message is a sentence for the plugin's maintainers."""


@dataclass(frozen=True, slots=True)
class Pin:
    """Hosts up to `version`, or `below` it, use `reference`: a commit, tag or branch of the
    plugin.

    Without a reference Discourse can use nothing of the line, and takes the newest commit. One that
    `stops` has an operator over which it gives up, whatever the host's version.
    """

    version: GemVersion
    below: bool
    reference: str | None
    stops: bool = False

    def holds_for(self, host: GemVersion) -> bool:
        """Whether this host is one of them."""
        if self.stops:
            return True
        return bool(host < self.version if self.below else host <= self.version)


@dataclass(frozen=True, slots=True)
class Compatibility:
    """The pins from the oldest host to the newest, as Discourse reads them.

    `notice` says why a file was ignored. `warnings` are sentences for the plugin's maintainers on
    lines that Discourse reads otherwise than they look.
    """

    pins: tuple[Pin, ...] = ()
    notice: str | None = None
    warnings: tuple[str, ...] = ()

    def pin(self, host_version_text: str) -> str | None:
        """What a host of this version is to use; None is the plugin's newest commit. ValueError
        if it is no version.
        """
        host = host_version(host_version_text)
        return next((pin.reference for pin in self.pins if pin.holds_for(host)), None)


def parse_compatibility(text: str | bytes) -> Compatibility:
    """Read a .discourse-compatibility file. A blank one has no pins; raises CompatibilityError
    on one of which Discourse uses nothing.
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
    try:
        return _compatibility(pairs(words))
    except NoMapError as error:
        raise CompatibilityError(str(error)) from error


def _compatibility(lines: Iterable[tuple[Written, Written]]) -> Compatibility:
    pins: dict[tuple[str, str], Pin] = {}
    warnings: list[str] = []
    for key, value in lines:
        operator, version = _key(key)
        below = operator == "<"
        reference = _reference(key, operator, value, warnings)
        # Of two equal keys the last one counts. `=` and nothing at all are the same to Discourse.
        stops = operator not in _ALLOWED
        pins[operator or "=", str(version)] = Pin(version, below, reference, stops)
        warnings += _on_key(key, operator)
    in_order = sorted(pins.values(), key=lambda pin: (pin.version, not pin.below))
    return Compatibility(tuple(in_order), warnings=tuple(dict.fromkeys(warnings)))


def _key(key: Written) -> tuple[str, GemVersion]:
    """The operator and the version; Discourse drops the whole file over a key that has none."""
    read = key.value if isinstance(key.value, str) else _ruby(key.value)
    found = _KEY.fullmatch(read)
    if not found:
        raise CompatibilityError(f"`{key.shown}` names no host version, such as `< 3.5.0`.")
    try:
        version = host_version(found["version"])
    except ValueError as error:
        raise CompatibilityError(f"The key {error}.") from error
    return found["operator"] or "", version


def _ruby(value: Value) -> str:
    """A key that is no text, as Ruby spells it."""
    if value is None or isinstance(value, bool):
        return ""  # words, and so no version
    return str(value)


def _on_key(key: Written, operator: str) -> list[str]:
    if key.tag:
        return [f"`{key.tag}` before `{key.shown}` is a tag to YAML, so Discourse does not see it."]
    if operator == "=":
        return [f"`{key.shown}` holds for older hosts too: Discourse reads `=` as `<=`."]
    if isinstance(key.value, float | int) and _ruby(key.value) != key.text:
        return [
            f"`{key.shown}` is a number to YAML, so Discourse reads it as {key.value}; "
            "write it in quotes."
        ]
    return []


def _reference(key: Written, operator: str, value: Written, warnings: list[str]) -> str | None:
    """What the line names, or None, with a warning, where Discourse can use nothing of it."""
    if operator not in _ALLOWED:
        wrong = f"uses `{operator}`; only `<` and `<=` are allowed"
    elif value.value is None:
        wrong = "names no commit, tag or branch of the plugin"
    elif not isinstance(value.value, str):
        wrong = f"names `{value.shown}`, which is no text to YAML; write it in quotes"
    elif not _REFERENCE.fullmatch(value.value):
        wrong = "names no commit, tag or branch of the plugin"
    else:
        return value.value
    warnings.append(f"`{key.shown}` {wrong}. Hosts that come to this line use the newest commit.")
    return None
