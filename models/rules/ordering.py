"""Which of two reports is the newer one."""

from enum import StrEnum

from models.rules.blame import Pair
from models.rules.status import Verdict


class Arrival(StrEnum):
    """How a report stands to the newest one of its source."""

    NEWER = "newer"
    HEARTBEAT = "heartbeat"  # the same commits again: only last-seen moves
    WORSE = "worse"  # the same commits, and now they fail: the worse verdict stands, in whatever order they came
    OLDER = "older"  # about commits that were already left behind: kept, and overturns nothing


def arrival(current: Pair, verdict: Verdict, reported: Pair, says: Verdict, order: tuple[int, int]) -> Arrival:
    """Place a report among what is known.

    `order` says for the plugin's commit and for the host's whether the reported one is older (-1), the same (0) or
    newer (1) than the current one. A pair of which one commit is newer is newer: something moved forward.
    """
    if reported == current:
        return Arrival.WORSE if says.severity > verdict.severity else Arrival.HEARTBEAT
    if max(order) <= 0 and min(order) < 0:
        return Arrival.OLDER
    return Arrival.NEWER
