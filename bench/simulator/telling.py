"""Whether every real cause was told, and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bench.simulator.parameters import DAY, HOUR
from bench.simulator.running import SimulatorRun
from bench.simulator.story import Traced
from bench.simulator.truth import Bad
from bench.simulator.world import World
from models.rules.incidents import FIELD_SITES

# What the sites say for so long is their last word.
_FRESH = 3 * DAY


@dataclass(frozen=True, slots=True)
class Telling:
    """Of the causes that reports proved: how many were never told, how many later than proved.

    `waits` are the times from the first bad report to the first loud card, the shortest first.
    """

    proved: int
    never: int
    late: int
    waits: tuple[timedelta, ...]

    def wait(self, share: float) -> timedelta:
        """How long the wait was at the most in this share of cases."""
        if not self.waits:
            return timedelta(0)
        return self.waits[min(len(self.waits) - 1, int(share * len(self.waits)))]


def telling(run: SimulatorRun, incidents: dict[int, Traced]) -> Telling:
    """Follow every cause from its first report to its first card."""
    by_place: dict[tuple[int, str], list[Traced]] = {}
    for each in incidents.values():
        by_place.setdefault(each.place, []).append(each)
    never = late = 0
    waits: list[timedelta] = []
    causes = _bad_by_cause(run)
    proved = 0
    for number, bads in causes.items():
        proof = proved_at(run.world, bads)
        if proof is None:
            continue
        proved += 1
        told = _told(by_place, number, bads, loud=False)
        never += told is None
        late += told is not None and told > proof + HOUR
        loud = _told(by_place, number, bads, loud=True)
        if loud is not None:
            waits.append(max(loud - bads[0].arrived, timedelta(0)))
    return Telling(proved, never, late, tuple(sorted(waits)))


def _bad_by_cause(run: SimulatorRun) -> dict[int, list[Bad]]:
    found: dict[int, list[Bad]] = {}
    for bads in run.truth.bad.values():
        for bad in bads:
            if bad.is_real and not bad.is_late:
                found.setdefault(bad.line.cause or 0, []).append(bad)
    return {number: sorted(bads, key=lambda bad: bad.arrived) for number, bads in found.items()}


def proved_at(world: World, bads: Sequence[Bad]) -> datetime | None:
    """When the reports proved it: a canary server, a browser or CI told of it, or three sites at one commit.

    A report in the words of bad luck shows nothing of it.
    """
    sites = {site.domain: site for site in world.sites}
    seen: dict[tuple[str, str], dict[str, datetime]] = {}
    for bad in bads:
        if not bad.line.is_said:
            continue
        if bad.kind != "site":
            return bad.arrived
        if sites[bad.who].is_sick(bad.arrived):
            continue
        same = seen.setdefault((bad.line.plugin_sha, bad.line.branch), {})
        same[bad.who] = bad.arrived
        fresh = [who for who, at in same.items() if bad.arrived - at <= _FRESH]
        if len(fresh) >= FIELD_SITES:
            return bad.arrived
    return None


def _told(
    by_place: dict[tuple[int, str], list[Traced]], number: int, bads: Sequence[Bad], *, loud: bool
) -> datetime | None:
    """When it was told first: an incident opened by it, or was open already where it was seen."""
    moments = []
    for place in {(bad.line.plugin, bad.line.branch) for bad in bads}:
        first = next(bad.arrived for bad in bads if (bad.line.plugin, bad.line.branch) == place)
        for incident in by_place.get(place, ()):
            for opening in incident.openings:
                if loud and opening.quiet:
                    continue
                if opening.cause is not None and opening.cause.number == number:
                    moments.append(opening.at)
                elif opening.at <= first and (opening.until is None or opening.until >= first):
                    moments.append(first)
    return min(moments, default=None)
