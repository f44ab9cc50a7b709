"""What somebody probably meant: known names that are close to an unknown one."""

from collections.abc import Iterable

from rapidfuzz.distance import OSA

from models.messages.words import clip

_MOST = 3
# Two slips in a word of five letters; with more, a guess no longer looks like what was typed.
_CLOSE_ENOUGH = 0.6
# A whole part of a name is a better guess than one with two slips, and worse than one with one slip.
_PART = 0.8
_PART_LENGTH = 3
_COMMON_PREFIX = "discourse-"


def closest(word: str, known: Iterable[str]) -> tuple[str, ...]:
    """Up to three of the known names that resemble the word, the closest first."""
    typed = _bare(clip(word))
    scores = {name: _resemblance(typed, _bare(name)) for name in known}
    near = sorted((-score, name) for name, score in scores.items() if score >= _CLOSE_ENOUGH)
    return tuple(name for _, name in near[:_MOST])


def _resemblance(typed: str, name: str) -> float:
    """From 0 to 1; two letters swapped count as one slip."""
    similarity = OSA.normalized_similarity(typed, name)
    if len(typed) >= _PART_LENGTH and typed in name:
        return max(_PART, similarity)
    return similarity


def _bare(name: str) -> str:
    # Of owner/name, the name says which plugin it is. Most handles begin with this prefix; with it,
    # every name would resemble every other one.
    own = name.casefold().rpartition("/")[2]
    return own.replace(" ", "-").replace("_", "-").removeprefix(_COMMON_PREFIX)
