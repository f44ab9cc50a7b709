"""Which of two reports is the newer one."""

from enum import StrEnum

from models.rules.blame import Pair
from models.rules.status import Verdict


class Arrival(StrEnum):
    """How a report relates to the newest one of its source."""

    NEWER = "newer"
    HEARTBEAT = "heartbeat"  # the same commits again: only last-seen moves
    WORSE = "worse"  # the same commits, and now they fail: the worse verdict counts, in any order
    OLDER = "older"  # about older commits: it is kept, and changes nothing


def arrival(
    current: Pair,
    verdict: Verdict,
    reported: Pair,
    says: Verdict,
    order: tuple[int, int],
) -> Arrival:
    """How the `reported` pair, of which the report `says` a verdict, relates to the `current` one.

    `order` says for the plugin's commit and for the host's whether the reported one is older (-1),
    the same (0) or newer (1) than the current one. A pair with one newer commit is newer.
    """
    if reported == current:
        if says.severity > verdict.severity:
            return Arrival.WORSE
        return Arrival.HEARTBEAT
    if max(order) <= 0 and min(order) < 0:
        return Arrival.OLDER
    return Arrival.NEWER
