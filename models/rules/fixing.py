"""Whether a commit undoes or mends another one, by what its message says."""

import re

from models.rules.suspects import reverted_title

_NAMED = re.compile(r"\b[0-9a-f]{7,40}\b")
# GitHub's own words of a revert: "This reverts commit SHA."
_REVERTS = re.compile(r"\breverts? (?:commit )?(?P<sha>[0-9a-f]{7,40})\b", re.IGNORECASE)


def mends(message: str, sha: str, title: str) -> str:
    """How a commit of this message mends the one of this sha and title, "reverts it" or "names it"; else empty."""
    first = message.partition("\n")[0].strip()
    reverted = _REVERTS.search(message)
    if reverted and sha.startswith(reverted["sha"].lower()):
        return "reverts it"
    if title and reverted_title(first) == title:
        return "reverts it"
    if any(sha.startswith(named) for named in _NAMED.findall(message)):
        return "names it"
    return ""
