"""How often a server found the same: its rounds, told from a report that came twice."""

from datetime import datetime, timedelta
from typing import NamedTuple

# A server that is rebuilt, or starts again, takes longer.
_SHORTEST = timedelta(minutes=10)
# Who sends a report again because no answer came, does so soon. Later the same words are a server that found the same.
REPEATED_WITHIN = timedelta(hours=1)

# So many good rounds in a row on the very commits that failed show that it was bad luck.
HEALING_ROUNDS = 3


class Round(NamedTuple):
    """When a report came, and a digest of all that it says."""

    at: datetime
    digest: str


def is_another(last: Round | None, this: Round) -> bool:
    """Whether a report tells of another round than the last one that counted."""
    if last is None:
        return True
    passed = this.at - last.at
    return passed >= (REPEATED_WITHIN if this.digest == last.digest else _SHORTEST)
