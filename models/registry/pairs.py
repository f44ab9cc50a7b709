"""Pairs of plugins of which one fails where the other one runs, too. Pure."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from models.registry.field import Field
from models.registry.known import Sites
from models.rules.fisher import chance
from models.rules.incidents import FIELD_SITES

# How probable it may be that any of all the pairs that are looked at is there by chance alone.
LEVEL = 0.01


@dataclass(frozen=True, slots=True)
class Pair:
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


def pairs(field: Field, commits: Mapping[str, Collection[str]]) -> Iterator[Pair]:
    """The pairs of each plugin of `commits` with any other that tell on it; sure ones come first.

    A plugin that is looked at counts where it is at its commits, another one wherever it runs. What
    one pair explains is left out before the next is looked for, so that nothing is suspected only
    because it often stands beside the culprit.
    """
    others = sorted(field.handles)
    tries = max(1, len(commits) * (len(others) - 1))
    for one in commits:
        runs, fails = field.running(one, commits[one]), field.failing(one, commits[one])
        while fails:
            found = _most_telling(field, one, others, commits, runs, fails)
            if found is None or not _is_sure(found, tries):
                break
            yield replace(found, chance=found.chance * tries, sure=True)
            runs, fails = runs & ~found.sites, fails & ~found.sites
        yield from _unsure(field, one, others, commits, runs, fails)


def _is_sure(pair: Pair, tries: int) -> bool:
    return pair.together.failing >= FIELD_SITES and pair.chance * tries <= LEVEL


def _most_telling(
    field: Field,
    one: str,
    others: Collection[str],
    commits: Mapping[str, Collection[str]],
    runs: int,
    fails: int,
) -> Pair | None:
    best: Pair | None = None
    for other in others:
        if other != one:
            found = _pair(field, one, other, commits, runs, fails)
            if found and (best is None or found.chance < best.chance):
                best = found
    return best


def _unsure(
    field: Field,
    one: str,
    others: Collection[str],
    commits: Mapping[str, Collection[str]],
    runs: int,
    fails: int,
) -> Iterator[Pair]:
    """Plugins of the set beside which it failed more often than not, which may be chance."""
    for other in others:
        if fails and other != one and other in commits:
            found = _pair(field, one, other, commits, runs, fails)
            if found and found.together.failing >= found.together.well:
                yield found


def _pair(
    field: Field,
    one: str,
    other: str,
    commits: Mapping[str, Collection[str]],
    runs: int,
    fails: int,
) -> Pair | None:
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
    return Pair(one, other, together, apart, by_chance, sure=False, sites=sites)
