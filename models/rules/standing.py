"""How bad a plugin's worst status is, and until when that is sure without asking again."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from models.rules.sources import DESCRIPTORS, JudgingSource
from models.rules.status import Verdict, combine


class SaidLast(NamedTuple):
    """What a source says of a plugin somewhere, and when that was heard last."""

    source: JudgingSource
    verdict: Verdict
    seen_at: datetime


class StandingVerdict(NamedTuple):
    """The worst verdict, and the deadline up to which it counts; none if nothing is known."""

    verdict: Verdict
    until: datetime | None


def standing_of(said: Collection[SaidLast]) -> StandingVerdict:
    """The plugin's standing by what has not expired, of each verdict of each source one at least.

    Whatever is heard again only moves the deadline on, so up to `until` the worst stays the worst.
    """
    worst = combine(each.verdict for each in said)
    if worst is Verdict.UNKNOWN:
        return StandingVerdict(worst, None)
    alike = [each for each in said if each.verdict is worst]
    return StandingVerdict(
        worst, max(each.seen_at + DESCRIPTORS[each.source].deadline for each in alike)
    )
