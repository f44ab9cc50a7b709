"""Whether one report of a breakage is enough to alarm people."""

from collections import Counter
from collections.abc import Sequence
from enum import StrEnum

from models.rules.blame import Suspect


class Doubt(StrEnum):
    """Why a breakage may be bad luck.

    Alone: neither the plugin nor the host has moved, and nothing else fails so. Several: in one
    round several plugins fail, each in another way, so that it is the server's trouble.
    """

    ALONE = "alone"
    SEVERAL = "several"


def doubts(
    failures: Sequence[tuple[Suspect, str]], *, has_trouble: bool
) -> tuple[Doubt | None, ...]:
    """The doubt about each of the failures of one round, given as suspect and fingerprint.

    Where a server `has_trouble` with its surroundings, a host that moved is not enough either.
    """
    alike = Counter(fingerprint for _, fingerprint in failures)
    lucky = {Suspect.NOBODY, Suspect.HOST} if has_trouble else {Suspect.NOBODY}
    doubtful = [who in lucky and alike[fingerprint] == 1 for who, fingerprint in failures]
    several = has_trouble or sum(doubtful) > 1
    doubt = Doubt.SEVERAL if several else Doubt.ALONE
    return tuple(doubt if each else None for each in doubtful)
