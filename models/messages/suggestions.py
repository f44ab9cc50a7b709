"""What somebody probably meant: names close to one that nothing bears."""

from collections.abc import Iterable

from rapidfuzz.distance import OSA

from models.messages.words import clip

_MOST = 3
_CLOSE_ENOUGH = 0.6  # two slips in a word of five letters; below it the guesses no longer look like what was typed
_PART = 0.8  # a whole part of a name is a better guess than two slips, and a worse one than a single slip
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
    part = _PART if len(typed) >= _PART_LENGTH and typed in name else 0.0
    return max(part, OSA.normalized_similarity(typed, name))


def _bare(name: str) -> str:
    # Most handles start alike; with that part every name would resemble every other.
    return name.casefold().replace(" ", "-").replace("_", "-").removeprefix(_COMMON_PREFIX)
