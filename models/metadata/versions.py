"""Version numbers of the host in RubyGems' order."""

import re

from univers.gem import GemVersion

_LONGEST = 1000
_BLANK = " \t\n\v\f\r"
_VERSION = re.compile(r"[0-9]+(?:\.[0-9A-Za-z]+)*(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?")


def host_version(text: str) -> GemVersion:
    """The version as RubyGems compares it; nothing at all is version 0, and `-` reads as `.pre.`.

    Raises ValueError when it is no version.
    """
    # univers takes any script's spaces and, when it compares, stumbles over numbers too long for Python.
    stripped = text.strip(_BLANK)
    if len(stripped) > _LONGEST or (stripped and not _VERSION.fullmatch(stripped)):
        raise ValueError(
            f"{stripped[:60]!r} is not a version; versions look like 3.5.0 or 3.5.0.beta2-dev",
        )
    return GemVersion(stripped)  # type: ignore[no-untyped-call]  # univers ships no types


def satisfies_required(required_version: str, current: str) -> bool:
    """Whether the host's `current` version is at least the one that a plugin's header requires."""
    return bool(host_version(current) >= host_version(required_version))
