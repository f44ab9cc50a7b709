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


def is_late(
    found: Arrival,
    order: tuple[int, int],
    *,
    says: Verdict,
    is_well_again: bool,
    had_newer: bool,
    is_settled: bool,
) -> bool:
    """Whether a report of other commits changes nothing, because it is late or may be.

    Nothing newer is late, but for an older commit of the plugin on a host that is not older, which its server finds
    good after it `had_newer` commits that failed (`is_well_again`): there the plugin was taken back, or the report is
    late. The same is in doubt where the host's commit seems newer only because nobody heard of it before, and so is an
    older commit that fails. What is in doubt counts once the server `is_settled`: it has said for an hour that it runs
    that commit.
    """
    if found is Arrival.OLDER and (order[1] < 0 or not is_well_again):
        return True
    is_in_doubt = order[0] < 0 and (says.broken or is_well_again)
    return is_in_doubt and (had_newer or not is_settled)
