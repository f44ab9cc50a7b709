"""Ranges of versions as people write them, such as `>=3.5, <4`.

What is the order of two versions depends on the ecosystem, and is not known here. Pure.
"""

import re
from typing import NamedTuple

from models.rules.speaking import later

LONGEST = 200

_CLAUSE = re.compile(
    r"(?P<relation>>=|<=|!=|==|=|>|<)?\s*"
    r"v?(?P<version>[0-9]+(?:\.[0-9A-Za-z_]+)*(?:[-+][0-9A-Za-z_]+(?:[.-][0-9A-Za-z_]+)*)?)",
    re.ASCII,
)
# A relation, a version, or both, as one word of several.
_PART = re.compile(r",?(?:>=|<=|!=|==|=|>|<)?(?:v?[0-9][0-9A-Za-z_.+-]*)?,?", re.ASCII)


class Clause(NamedTuple):
    """A relation, one of >= <= != = > <, to a version."""

    relation: str
    version: str

    def __str__(self) -> str:
        return f"{self.relation}{self.version}"


def clauses(text: str, alone: str = "=") -> tuple[Clause, ...]:
    """All that must hold. A version that stands `alone` has that relation.

    Raises:
        ValueError: it is no range; the words say what one looks like.
    """
    found: list[Clause] = []
    for part in text[: LONGEST + 1].split(","):
        match = _CLAUSE.fullmatch(part.strip())
        if match is None or len(text) > LONGEST:
            raise ValueError(
                later(
                    "“{text}” is no range of versions; one looks like >=3.5 or >=3.5, <4",
                    text=text[:60],
                )
            )
        relation = (match["relation"] or alone).replace("==", "=")
        found.append(Clause(relation, match["version"]))
    return tuple(found)


def written(text: str, alone: str = "=") -> str:
    """The range as it is stored and shown.

    Raises:
        ValueError: as above.
    """
    return ", ".join(map(str, clauses(text, alone)))


def is_part(word: str) -> bool:
    """Whether the word may be a part of a range, as `>=`, `3.5,` and `<4` are."""
    return bool(word) and _PART.fullmatch(word) is not None
