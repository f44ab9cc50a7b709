"""Releases of packages in the order of their versions, as Python has it."""

from functools import lru_cache

from packaging.version import InvalidVersion, Version

# Versions remembered, as each report brings the same few again.
_REMEMBERED = 4_096


def compared(current: str, reported: str) -> int | None:
    """-1, 0 or 1: whether the reported release is older than the current one, the same, or newer.

    None where one of them is no version. A commit is none: a version has a dot.
    """
    if "." not in current or "." not in reported:
        return None
    before, after = _version(current), _version(reported)
    if before is None or after is None:
        return None
    return (after > before) - (after < before)


@lru_cache(_REMEMBERED)
def _version(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None
