"""A generated ecosystem of which the truth is known: which plugins break by themselves, and which beside each other."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from models.registry.field import Spoken

Pair = frozenset[str]
# A site in so many thousands has a trouble of its own with a plugin.
NOISE = 0.004


@dataclass(frozen=True, slots=True)
class GeneratedEcosystem:
    """Plugins, those that are `broken` by themselves, and the pairs that conflict.

    Of a `planted` pair the plugin that stands first fails beside the other one, which nobody
    declares. `declared` ones are known, so no site runs both. `sites` are what each site runs.
    """

    plugins: tuple[str, ...]
    broken: frozenset[str]
    planted: tuple[tuple[str, str], ...]
    declared: tuple[tuple[str, str], ...]
    sites: tuple[frozenset[str], ...]
    noise: frozenset[tuple[int, str]] = field(default_factory=frozenset)

    def fails(self, site: int, plugin: str) -> bool:
        """Whether the plugin fails at a site."""
        runs = self.sites[site]
        beside = (one == plugin and other in runs for one, other in self.planted)
        return plugin in self.broken or any(beside) or (site, plugin) in self.noise

    def spoken(self) -> Iterator[Spoken]:
        """What all sites say."""
        for site, runs in enumerate(self.sites):
            for plugin in sorted(runs):
                yield Spoken(plugin, site, commit_of(plugin), self.fails(site, plugin))

    def works(self, wanted: frozenset[str]) -> bool:
        """The truth about a set."""
        conflicts = (*self.planted, *self.declared)
        return not wanted & self.broken and not any(set(pair) <= wanted for pair in conflicts)


def commit_of(plugin: str) -> str:
    """The commit at which all sites run the plugin."""
    return f"{int(plugin.rpartition('-')[2]) + 1:040x}"


def generated(
    seed: int,
    plugins: int = 300,
    sites: int = 200,
    planted: int = 20,
    declared: int = 30,
    broken: int = 10,
) -> GeneratedEcosystem:
    """An ecosystem of this size; the same one for the same seed."""
    dice = random.Random(seed)
    names = tuple(f"plugin-{number}" for number in range(plugins))
    down = frozenset(dice.sample(names, broken))
    pairs = _pairs(dice, [name for name in names if name not in down], planted + declared)
    known = pairs[planted:]
    installed = tuple(_site(dice, names, known) for _ in range(sites))
    noise = frozenset(
        (site, name)
        for site, runs in enumerate(installed)
        for name in sorted(runs)
        if dice.random() < NOISE
    )
    return GeneratedEcosystem(names, down, pairs[:planted], known, installed, noise)


def _pairs(dice: random.Random, names: list[str], number: int) -> tuple[tuple[str, str], ...]:
    found: dict[Pair, tuple[str, str]] = {}
    while len(found) < number:
        one, other = dice.sample(names, 2)
        found.setdefault(frozenset((one, other)), (one, other))
    return tuple(found.values())


def _site(
    dice: random.Random, names: tuple[str, ...], declared: tuple[tuple[str, str], ...]
) -> frozenset[str]:
    """Between a fifth and a half of the plugins, as long as nothing declared speaks against it."""
    size = dice.randint(len(names) // 5, len(names) // 2)
    runs = set(dice.sample(names, size))
    for one, other in declared:
        if one in runs:
            runs.discard(other)
    return frozenset(runs)
