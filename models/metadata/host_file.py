"""Discourse's lib/version.rb: which version a branch of the host is."""

import re

from models.metadata.versions import host_version

PATH = "lib/version.rb"
_LONGEST = 100_000

_STRING = re.compile(r"""^[ \t]*STRING\s*=\s*["']([^"'\n]{1,100})["']""", re.MULTILINE)
# Before Discourse 2.9 it was made of its parts; PRE was nil in a release.
_PART = re.compile(
    r'^[ \t]*(MAJOR|MINOR|TINY|PRE)\s*=\s*["\']?([0-9A-Za-z.-]{1,50})["\']?', re.MULTILINE
)


def version_in_file(text: str) -> str | None:
    """The version that the file names; None where it names none."""
    found = _STRING.search(text[:_LONGEST])
    version = found[1] if found else _of_parts(text[:_LONGEST])
    try:
        return str(host_version(version)) if version else None
    except ValueError:
        return None


def _of_parts(text: str) -> str:
    parts = dict(_PART.findall(text))
    if not {"MAJOR", "MINOR", "TINY"} <= parts.keys():
        return ""
    numbers = [parts["MAJOR"], parts["MINOR"], parts["TINY"]]
    if parts.get("PRE", "nil") != "nil":
        numbers.append(parts["PRE"])
    return ".".join(numbers)
