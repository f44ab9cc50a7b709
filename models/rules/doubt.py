"""Whether one report of a breakage is enough to alarm people."""

from collections import Counter
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from models.rules.blame import Suspect

_STOOD_STILL = frozenset({Suspect.NOBODY, Suspect.HOST})  # the plugin


class Doubt(StrEnum):
    """Why a breakage may be bad luck.

    Alone: neither the plugin nor the host has moved, and no other plugin fails in this way. Several: several plugins
    fail in one round, each in its own way, which points to the server.
    """

    ALONE = "alone"
    SEVERAL = "several"


class Broken(NamedTuple):
    """A failure of a round: whom it accuses, its fingerprint, and whether its words are `common` to any plugin."""

    suspect: Suspect
    fingerprint: str
    common: bool


def doubts(failures: Sequence[Broken], *, has_trouble: bool) -> tuple[Doubt | None, ...]:
    """The doubt about each of the failures of one round.

    Where a server `has_trouble` with its surroundings, a host that moved is not enough either; nor where several fail,
    each in another way and in words that any plugin may say.
    """
    alike = Counter(each.fingerprint for each in failures)
    is_trouble = has_trouble or _say_nothing(failures, alike)
    lucky = _STOOD_STILL if is_trouble else {Suspect.NOBODY}
    doubtful = [each.suspect in lucky and alike[each.fingerprint] == 1 for each in failures]
    several = is_trouble or sum(doubtful) > 1
    doubt = Doubt.SEVERAL if several else Doubt.ALONE
    return tuple(doubt if each else None for each in doubtful)


def _say_nothing(failures: Sequence[Broken], alike: Mapping[str, int]) -> bool:
    """Whether several plugins had not moved, and each fails in its own words, which do not say what it lacks."""
    stood_still = [each for each in failures if each.suspect in _STOOD_STILL]
    unlike = [each for each in stood_still if alike[each.fingerprint] == 1 and each.common]
    return len(unlike) > 1 and len(unlike) == len(stood_still)
