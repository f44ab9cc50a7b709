"""How bad a plugin's worst status is, and until when that is sure without asking again."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from models.rules.sources import DESCRIPTORS, JudgingSource
from models.rules.status import Verdict, combine


class SaidLast(NamedTuple):
    """What a source says of a plugin, and when that was heard last, of all places where it was heard longest ago."""

    source: JudgingSource
    verdict: Verdict
    seen_at: datetime


class StandingVerdict(NamedTuple):
    """The worst verdict, and the earliest deadline of all that is said; none if nothing is known."""

    verdict: Verdict
    until: datetime | None


def standing_of(said: Collection[SaidLast]) -> StandingVerdict:
    """The plugin's standing by what has not expired, of each verdict of each source what was heard longest ago.

    Whatever is heard again only moves its deadline on, so that up to `until` all of it counts.
    """
    worst = combine(each.verdict for each in said)
    if worst is Verdict.UNKNOWN:
        return StandingVerdict(worst, None)
    return StandingVerdict(
        worst, min(each.seen_at + DESCRIPTORS[each.source].deadline for each in said)
    )
