"""Pairs of plugins: one fails at sites where the other one runs. Pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from models.registry.field import FieldOfSites
from models.registry.known import Sites
from models.rules.fisher import chance
from models.rules.incidents import FIELD_SITES

# How probable it may be that any of all the pairs that are looked at is there by chance alone.
LEVEL = 0.01
# How probable chance may be for a pair that is not sure to be worth telling.
_WORTH_TELLING = 0.05
# Of those beside which it nearly always fails, so many are looked at together.
_MOST_SUSPECTS = 20


@dataclass(frozen=True, slots=True)
class FailingPair:
    """`one` fails at sites that run the `other`: how it does with that one, and without.

    `chance` is the probability that, of all pairs that were looked at, at least one shows up by chance alone. Where
    that is hardly possible, and `one` fails at several sites, the pair is `sure`. `sites` run the other one.
    """

    one: str
    other: str
    together: Sites
    apart: Sites
    chance: float
    sure: bool
    sites: int


class _Beside(NamedTuple):
    """Another plugin: the `sites` that run it at the commits that count, and those that run it `anywhere`."""

    handle: str
    sites: int
    anywhere: int


def pairs(field: FieldOfSites, commits: Mapping[str, Collection[str]]) -> Iterator[FailingPair]:
    """The pairs of each plugin of `commits` with any other that tell on it; sure ones come first.

    A plugin that is looked at counts where it is at its commits, another one wherever it runs. What
    one pair explains is left out before the next is looked for, so that nothing is suspected only
    because it often stands beside the culprit.
    """
    others = [_beside(field, each, commits.get(each)) for each in sorted(field.handles)]
    wanted = [_beside(field, each, commits[each]) for each in commits]
    tries = max(1, len(commits) * (len(others) - 1))
    for one in wanted:
        runs, fails = one.sites, field.failing(one.handle, commits[one.handle])
        # Fewer failures are sure of nothing, and most plugins have no more.
        while fails.bit_count() >= FIELD_SITES:
            found = _sure(one.handle, others, tries, runs, fails)
            if found is None:
                break
            yield found
            runs, fails = runs & ~found.sites, fails & ~found.sites
        yield from _unsure(one.handle, wanted, runs, fails)


def _beside(field: FieldOfSites, handle: str, commits: Collection[str] | None) -> _Beside:
    anywhere = field.running(handle)
    sites = anywhere if commits is None else field.running(handle, commits)
    return _Beside(handle, sites, anywhere)


def _sure(
    one: str, others: Collection[_Beside], tries: int, runs: int, fails: int
) -> FailingPair | None:
    """The pair that tells most, if it is sure.

    Where two plugins make it fail, each hides the other: then it is looked for where one of those
    that are suspected does not run.
    """
    found = list(_failing_often(one, others, runs, fails))
    best = _best(found, tries)
    if best:
        return best
    anywhere = {each.handle: each.anywhere for each in others}
    suspects = sorted(filter(_nearly_always, found), key=lambda each: -each.together.failing)
    for suspect in suspects[:_MOST_SUSPECTS]:
        elsewhere = ~anywhere[suspect.other]
        left = _failing_often(one, others, runs & elsewhere, fails & elsewhere)
        best = _best(left, tries * (1 + len(suspects)))
        if best:
            return best
    return None


def _best(found: Iterable[FailingPair], tries: int) -> FailingPair | None:
    """The one that is the least probable by chance, if it is sure after so many tries."""
    best = min(found, key=lambda each: each.chance, default=None)
    if best is None or best.chance * tries > LEVEL:
        return None
    return replace(best, chance=best.chance * tries, sure=True)


def _nearly_always(pair: FailingPair) -> bool:
    return pair.together.failing >= 9 * pair.together.well


def _failing_often(
    one: str, others: Iterable[_Beside], runs: int, fails: int
) -> Iterator[FailingPair]:
    """The others beside which it fails at several sites, and more often than elsewhere."""
    for other in others:
        if other.handle != one and (fails & other.sites).bit_count() >= FIELD_SITES:
            found = _pair(one, other, runs, fails)
            if found:
                yield found


def _unsure(one: str, wanted: Iterable[_Beside], runs: int, fails: int) -> Iterator[FailingPair]:
    """Plugins of the set beside which it failed more often than not, which may be chance."""
    for other in wanted if fails else ():
        failing = (fails & other.sites).bit_count()
        if other.handle == one or 2 * failing < (runs & other.sites).bit_count():
            continue
        found = _pair(one, other, runs, fails)
        if found and found.chance <= _WORTH_TELLING:
            yield found


def _pair(one: str, other: _Beside, runs: int, fails: int) -> FailingPair | None:
    """How the one does beside the other; None where it fails there no more often than elsewhere."""
    beside, alone = runs & other.sites, runs & ~other.anywhere
    failing, failing_alone = (fails & beside).bit_count(), (fails & alone).bit_count()
    if failing * alone.bit_count() <= failing_alone * beside.bit_count() or not failing:
        return None
    together = Sites(beside.bit_count() - failing, failing)
    apart = Sites(alone.bit_count() - failing_alone, failing_alone)
    by_chance = chance(failing, together.well, failing_alone, apart.well)
    return FailingPair(one, other.handle, together, apart, by_chance, sure=False, sites=other.sites)
