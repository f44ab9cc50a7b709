"""Real causes: which commits break what, where it shows, and until when."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bench.simulator import errors
from bench.simulator.chance import Chance
from bench.simulator.errors import ErrorWords
from bench.simulator.parameters import (
    AHEAD,
    AHEAD_DAYS,
    BEGINS_DAYS,
    CAUSES_A_MONTH,
    DAY,
    FIELD_FIX_DAYS,
    FIX_DAYS,
    FIX_SIGMA,
    MONTH,
    REVERT_DAYS,
    REVERTED,
    START,
    SUSCEPTIBLE,
    UNLIKE,
    VICTIMS,
)

FOREVER = START + 100_000 * DAY
LONG_AGO = START - 100_000 * DAY


@dataclass(frozen=True, slots=True)
class Victim:
    """A plugin that fails by the cause, from its commit `since` until the one that mends it."""

    plugin: int
    since: datetime
    mended: datetime
    words: ErrorWords


@dataclass(frozen=True, slots=True)
class Cause:
    """One commit of the host or of a plugin, and what fails by it.

    It shows on hosts with the trunk's content of `host_since` up to `host_until`, in this `layer`: load, browser,
    tests, or on some client sites only (field). `removed` is what most of its victims' errors name.
    """

    number: int
    guilty: str
    layer: str
    host_since: datetime
    host_until: datetime
    victims: tuple[Victim, ...]
    removed: str = ""

    def fails(self, victim: Victim, plugin: datetime, host: datetime) -> bool:
        """Whether this plugin's commit fails on a host with this content."""
        return self.host_since <= host < self.host_until and victim.since <= plugin < victim.mended

    def strikes(self, site: str) -> bool:
        """Whether a client site can be hit by what shows in the field only."""
        return Chance.of(self.number, site).happens(SUSCEPTIBLE)


def causes(seed: int, end: datetime, joined: Sequence[datetime]) -> list[Cause]:
    """All causes until then; `joined` says since when there is each plugin."""
    found: list[Cause] = []
    for (guilty, layer), monthly in CAUSES_A_MONTH.items():
        chance = Chance.of(seed, "causes", guilty, layer)
        for at in chance.moments(START + BEGINS_DAYS * DAY, end, MONTH / monthly):
            there = [number for number, since in enumerate(joined) if since < at - 5 * DAY]
            make = _by_host if guilty == "host" else _by_plugin
            found.append(make(chance, len(found), layer, at, there))
    return found


def _by_host(chance: Chance, number: int, layer: str, at: datetime, there: Sequence[int]) -> Cause:
    reverted = chance.happens(REVERTED)
    until = at + chance.days(*REVERT_DAYS) if reverted else FOREVER
    most = 1 if layer == "field" else min(_size(chance), len(there))
    shared, removed = errors.removed(chance)
    victims = []
    for plugin in chance.sample(there, most):
        words = ErrorWords(shared, errors.frame(chance))
        if chance.happens(UNLIKE):
            words = errors.own(chance)
        mended = FOREVER if reverted else at + _mending(chance, layer)
        victims.append(Victim(plugin, LONG_AGO, mended, words))
    return Cause(number, "host", layer, at, until, tuple(victims), removed)


def _by_plugin(
    chance: Chance, number: int, layer: str, at: datetime, there: Sequence[int]
) -> Cause:
    needs = LONG_AGO
    if layer == "load" and chance.happens(AHEAD):
        needs = at - chance.days(*AHEAD_DAYS)
    mended = at + _mending(chance, layer)
    victim = Victim(_popular(chance, layer, there), at, mended, errors.own(chance))
    # A plugin that is ahead fails on hosts older than what it needs.
    until = FOREVER if needs is LONG_AGO else needs
    return Cause(number, "plugin", layer, LONG_AGO, until, (victim,))


def _mending(chance: Chance, layer: str) -> timedelta:
    return chance.median_days(FIELD_FIX_DAYS if layer == "field" else FIX_DAYS, FIX_SIGMA)


def _popular(chance: Chance, layer: str, there: Sequence[int]) -> int:
    """What shows in the field only can be seen of plugins that many sites run; they have the smallest numbers."""
    return chance.choice(there[: len(there) // 6] if layer == "field" else there)


def _size(chance: Chance) -> int:
    roll = chance.random()
    for share, least, most in VICTIMS:
        if roll < share:
            return chance.randint(least, most)
        roll -= share
    return 1


def pushes(found: Iterable[Cause]) -> dict[int, list[datetime]]:
    """The moments at which causes make plugins move: when they break themselves, and when they are mended."""
    moments: dict[int, list[datetime]] = {}
    for cause in found:
        for victim in cause.victims:
            moments.setdefault(victim.plugin, []).extend(
                at for at in (victim.since, victim.mended) if at not in {LONG_AGO, FOREVER}
            )
    return moments
