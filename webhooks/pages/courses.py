"""How many sites ran a plugin, day by day, as points of a picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from models.operating.usage import DAYS_KEPT
from models.rules.speaking import count, say
from models.views.usage import UsageView

# The picture's own units.
WIDTH, HEIGHT = 600, 96

_Counted = tuple[date, int]


@dataclass(frozen=True, slots=True)
class Course:
    """One line of the picture: pieces without a gap, each its points, and what it shows in words.

    `days` are what is drawn; `highest` is the number at the upper edge.
    """

    title: str
    pieces: tuple[str, ...]
    highest: int
    words: str
    days: Sequence[_Counted]


def courses(usage: UsageView, today: date) -> tuple[Course, ...]:
    """The sites with a key and those without one, each as a line; none where nothing was counted on two days."""
    found = (
        (say("Sites with a key"), [(day, each.keyed) for day, each in usage.days]),
        (
            say("Sites without a key, as anyone may report"),
            [(day, each.told) for day, each in usage.days],
        ),
    )
    return tuple(
        _course(title, days, today)
        for title, days in found
        if len(days) > 1 and any(sites for _, sites in days)
    )


def _course(title: str, days: Sequence[_Counted], today: date) -> Course:
    highest = max(sites for _, sites in days)
    (first, before), (last, after) = days[0], days[-1]
    words = count(
        before,
        "{number} site on {first}, {after:,} on {last}, at most {highest:,}",
        "{number} sites on {first}, {after:,} on {last}, at most {highest:,}",
        first=first,
        after=after,
        last=last,
        highest=highest,
    )
    pieces = tuple(
        " ".join(_point(day, sites, highest, today) for day, sites in piece)
        for piece in _without_gaps(days)
    )
    return Course(title, pieces, highest, words, days)


def _point(day: date, sites: int, highest: int, today: date) -> str:
    across = WIDTH * (1 - (today - day).days / (DAYS_KEPT - 1))
    down = HEIGHT * (1 - sites / highest)
    return f"{across:.1f},{down:.1f}"


def _without_gaps(days: Sequence[_Counted]) -> list[list[_Counted]]:
    """The days cut where one or more were not counted."""
    pieces: list[list[_Counted]] = []
    for each in days:
        if pieces and (each[0] - pieces[-1][-1][0]).days == 1:
            pieces[-1].append(each)
        else:
            pieces.append([each])
    return pieces
