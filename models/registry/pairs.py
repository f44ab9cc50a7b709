"""Pairs of plugins of which one fails where the other one runs, too. Pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

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
    """That `one` fails at sites that run the `other`, too: how it does together with that, and apart.

    `chance` is how probable it is that any of all the pairs that were looked at is there though
    nothing has to do with anything; where that is hardly possible, and it fails at several sites,
    the pair is `sure`. `sites` run the other one.
    """

    one: str
    other: str
    together: Sites
    apart: Sites
    chance: float
    sure: bool
    sites: int


def pairs(field: FieldOfSites, commits: Mapping[str, Collection[str]]) -> Iterator[FailingPair]:
    """The pairs of each plugin of `commits` with any other that tell on it; sure ones come first.

    A plugin that is looked at counts where it is at its commits, another one wherever it runs. What
    one pair explains is left out before the next is looked for, so that nothing is suspected only
    because it often stands beside the culprit.
    """
    others = sorted(field.handles)
    for one in commits:
        runs, fails = field.running(one, commits[one]), field.failing(one, commits[one])
        while fails:
            found = _sure(field, one, others, commits, runs, fails)
            if found is None:
                break
            yield found
            runs, fails = runs & ~found.sites, fails & ~found.sites
        yield from _unsure(field, one, commits, runs, fails)


def _sure(
    field: FieldOfSites,
    one: str,
    others: Collection[str],
    commits: Mapping[str, Collection[str]],
    runs: int,
    fails: int,
) -> FailingPair | None:
    """The pair that tells most, if it is sure.

    Where two plugins make it fail, each hides the other: then it is looked for where one of those
    that are suspected does not run.
    """
    tries = max(1, len(commits) * (len(others) - 1))
    found = list(_beside(field, one, others, commits, runs, fails))
    best = _best(found, tries)
    if best:
        return best
    suspects = sorted(filter(_nearly_always, found), key=lambda each: -each.together.failing)
    for suspect in suspects[:_MOST_SUSPECTS]:
        elsewhere = ~field.running(suspect.other)
        left = _beside(field, one, others, commits, runs & elsewhere, fails & elsewhere)
        best = _best(left, tries * (1 + len(suspects)))
        if best:
            return best
    return None


def _best(found: Iterable[FailingPair], tries: int) -> FailingPair | None:
    """The one that is the least probable by chance, if it is sure after so many tries."""
    best = min(found, key=lambda each: each.chance, default=None)
    if best is None or best.together.failing < FIELD_SITES or best.chance * tries > LEVEL:
        return None
    return replace(best, chance=best.chance * tries, sure=True)


def _nearly_always(pair: FailingPair) -> bool:
    return pair.together.failing >= max(FIELD_SITES, 9 * pair.together.well)


def _beside(
    field: FieldOfSites,
    one: str,
    others: Collection[str],
    commits: Mapping[str, Collection[str]],
    runs: int,
    fails: int,
) -> Iterator[FailingPair]:
    for other in others:
        if other != one and fails:
            found = _pair(field, one, other, commits, runs, fails)
            if found:
                yield found


def _unsure(
    field: FieldOfSites,
    one: str,
    commits: Mapping[str, Collection[str]],
    runs: int,
    fails: int,
) -> Iterator[FailingPair]:
    """Plugins of the set beside which it failed more often than not, which may be chance."""
    for found in _beside(field, one, commits, commits, runs, fails):
        is_telling = found.chance <= _WORTH_TELLING
        if is_telling and found.together.failing >= found.together.well:
            yield found


def _pair(
    field: FieldOfSites,
    one: str,
    other: str,
    commits: Mapping[str, Collection[str]],
    runs: int,
    fails: int,
) -> FailingPair | None:
    """How the one does beside the other; None where it fails there no more often than elsewhere."""
    everywhere = field.running(other)
    sites = field.running(other, commits.get(other))
    beside, alone = runs & sites, runs & ~everywhere
    failing, failing_alone = (fails & sites).bit_count(), (fails & ~everywhere).bit_count()
    if failing * alone.bit_count() <= failing_alone * beside.bit_count() or not failing:
        return None
    together = Sites(beside.bit_count() - failing, failing)
    apart = Sites(alone.bit_count() - failing_alone, failing_alone)
    by_chance = chance(failing, together.well, failing_alone, apart.well)
    return FailingPair(one, other, together, apart, by_chance, sure=False, sites=sites)
