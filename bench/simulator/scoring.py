"""How right the alerts were: the figures of the table, each from the truth.

An alert is an incident that opens, or opens again, aloud. It is about the real cause of the newest bad report there of
the last three days; where no report has one, it is a false alarm. Where it goes on to tell of another error, it is
about the cause of that one, too; what is right of one of its causes is right. "Recovered" is wrong while a machine
whose kind of evidence the incident rests on still fails by a real cause, by the last word that has arrived of it; it is
late when all of these had been well for more than two days. A browser's run that failed shows of no plugin that it
works.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, combinations, product

from bench.simulator.blaming import Blaming, blaming
from bench.simulator.parameters import DAY, HOUR, MONTH, START
from bench.simulator.ratio import Ratio
from bench.simulator.running import SimulatorRun
from bench.simulator.story import (
    Traced,
    about_a_plugin,
    causes_of,
    members_of,
    outbreaks_of,
    traced,
)
from bench.simulator.telling import Telling, telling
from models.tables import Posting

# Two days; canary servers are rebuilt daily, give or take half an hour.
_LATE = 2 * DAY + HOUR


@dataclass(frozen=True, slots=True)
class Figures:
    """What the table shows of one seed."""

    months: float
    false_alarms: int
    quiet_cards: int
    false_recoveries: Ratio
    cards: Ratio
    messages: Ratio
    blaming: Blaming
    precision: Ratio
    recall: Ratio
    late_recoveries: int
    telling: Telling


def figures(run: SimulatorRun) -> Figures:
    """Compare what was told with the truth."""
    incidents = traced(run)
    openings = list(chain.from_iterable(each.openings for each in incidents.values()))
    false = [opening for opening in openings if opening.cause is None]
    cards, messages, caused = _messages(run, incidents)
    ends: list[tuple[Traced, datetime | None]] = []
    for each in incidents.values():
        ends += [(each, opening.until) for opening in each.openings]
    ended = [(each, until) for each, until in ends if until is not None]
    return Figures(
        months=(run.world.end - START) / MONTH,
        false_alarms=sum(not opening.quiet for opening in false),
        quiet_cards=sum(opening.quiet for opening in openings),
        false_recoveries=Ratio(sum(_still_fails(run, *end) for end in ended), len(ended)),
        cards=Ratio(cards, caused),
        messages=Ratio(messages, caused),
        blaming=blaming(run, list(incidents.values())),
        precision=_precision(list(incidents.values())),
        recall=_recall(list(incidents.values())),
        late_recoveries=sum(_is_late(run, each, until) for each, until in ends),
        telling=telling(run, incidents),
    )


def _messages(run: SimulatorRun, incidents: dict[int, Traced]) -> tuple[int, int, int]:
    """How many cards there were about real causes, how many messages, and about how many causes.

    A message is what the whole room sees: a card, and of a thread what stands out: opened again, over.
    """
    members = members_of(run, incidents)
    cards = messages = 0
    told: set[int] = set()
    posted: set[tuple[str, datetime]] = set()
    for message in run.messages:
        if not (message.is_loud and about_a_plugin(message)):
            continue
        causes = causes_of(message, incidents, members)
        if not causes:
            continue
        told |= {cause.number for cause in causes}
        if message.action == Posting.POST:
            cards += 1
            posted.add((message.conversation, message.at))
        # What begins the card's thread says the same at length.
        elif (message.conversation, message.at) in posted:
            continue
        messages += 1
    return cards, messages, len(told)


def _still_fails(run: SimulatorRun, incident: Traced, at: datetime) -> bool:
    """Whether somebody whose word the incident rests on still failed by a real cause when it was called over."""
    return run.truth.fail_really(incident.place, at, sites=incident.is_field) > 0


def _is_late(run: SimulatorRun, incident: Traced, until: datetime | None) -> bool:
    """Whether all was well two days before that was told."""
    end = until or run.world.end
    since = run.truth.well_since(incident.place, end, sites=incident.is_field)
    return since is not None and end - since > _LATE


def _pairs(incidents: Sequence[Traced]) -> Iterator[tuple[Traced, Traced]]:
    """Pairs of incidents of different plugins."""
    for one, other in combinations(incidents, 2):
        if one.place[0] != other.place[0]:
            yield one, other


def _precision(incidents: Sequence[Traced]) -> Ratio:
    """How many of the pairs that are in one outbreak have one cause."""
    right = Counter[bool]()
    for members in outbreaks_of(incidents).values():
        right.update(bool(one.causes & other.causes) for one, other in _pairs(members))
    return Ratio(right[True], right.total())


def _recall(incidents: Sequence[Traced]) -> Ratio:
    """How many of the pairs that have one cause, which broke three plugins or more at a time, are in one outbreak.

    Of an incident that was about several causes it is the last one, for its outbreak is known as it stood in the end.
    """
    alike: dict[tuple[int, str], list[Traced]] = defaultdict(list)
    for each in incidents:
        if each.told:
            alike[each.told[-1].number, each.place[1]].append(each)
    together = Counter[bool]()
    for group in alike.values():
        at_once = [each for each in group if sum(_overlap(each, other) for other in group) >= 3]
        for one, other in _pairs(at_once):
            if _overlap(one, other):
                known = one.row.outbreak_id is not None
                together[known and one.row.outbreak_id == other.row.outbreak_id] += 1
    return Ratio(together[True], together.total())


def _overlap(one: Traced, other: Traced) -> bool:
    """Whether both were open at a time; each overlaps itself."""
    return any(
        (a.until is None or b.at <= a.until) and (b.until is None or a.at <= b.until)
        for a, b in product(one.openings, other.openings)
    )
