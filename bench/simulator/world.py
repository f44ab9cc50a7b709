"""All that there is in the simulated world, and what fails in it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bench.simulator.causes import Cause, Victim, causes, pushes
from bench.simulator.chance import Chance
from bench.simulator.commits import CommitLine, SimulatedCommit, host_lines, plugin_line
from bench.simulator.parameters import (
    BRANCHES,
    COMMITS_A_MONTH,
    COMMITS_SIGMA,
    DAY,
    FIRST_PLUGINS,
    GROWTH,
    MONTH,
    MOST_PLUGINS,
    SICK_DAYS,
    SICK_SHARE,
    SITE_BRANCHES,
    SITE_PLUGINS,
    SITE_REBUILD_DAYS,
    SITES,
    START,
    WITH_CI,
)


@dataclass(frozen=True, slots=True)
class SimulatedPlugin:
    """A plugin; those with the smallest numbers are on most sites."""

    number: int
    handle: str
    joined: datetime
    line: CommitLine
    has_ci: bool

    @property
    def repository(self) -> str:
        """Its name on GitHub."""
        return f"example/{self.handle}"


@dataclass(frozen=True, slots=True)
class ClientSite:
    """A forum with some plugins, which it rebuilds now and then, and which is sick in these spans."""

    domain: str
    branch: str
    plugins: tuple[int, ...]
    opened: datetime
    rebuilds: CommitLine
    sick: tuple[tuple[datetime, datetime], ...]

    def is_sick(self, at: datetime) -> bool:
        """Whether its own surroundings fail then."""
        return any(begin <= at < end for begin, end in self.sick)


class World:
    """The world of a seed, until `end`."""

    def __init__(self, seed: int, end: datetime) -> None:
        self.seed, self.end = seed, end
        self.host = host_lines(seed, end)
        joined = [_joined(number) for number in range(MOST_PLUGINS)]
        joined = [at for at in joined if at < end]
        self.causes = causes(seed, end, joined)
        moved = pushes(self.causes)
        self.plugins = [self._plugin(n, at, moved.get(n, [])) for n, at in enumerate(joined)]
        self._hits: dict[int, list[tuple[Cause, Victim]]] = {}
        for cause in self.causes:
            for victim in cause.victims:
                self._hits.setdefault(victim.plugin, []).append((cause, victim))
        self.sites = list(self._sites())
        self.servers = tuple((f"canary-{branch}.example.com", branch) for branch in BRANCHES)

    def there(self, at: datetime) -> list[SimulatedPlugin]:
        """The plugins that there are then."""
        return [plugin for plugin in self.plugins if plugin.joined <= at]

    def failing(
        self,
        plugin: int,
        commit: SimulatedCommit,
        host: SimulatedCommit,
        layers: Collection[str],
        site: str = "",
    ) -> tuple[Cause, Victim] | None:
        """By which cause the plugin's commit fails on the host's, as seen by whom these layers show to."""
        for cause, victim in self._hits.get(plugin, ()):
            if cause.layer not in layers or not cause.fails(victim, commit.content, host.content):
                continue
            if cause.layer != "field" or cause.strikes(site):
                return cause, victim
        return None

    def _plugin(self, number: int, joined: datetime, moved: list[datetime]) -> SimulatedPlugin:
        chance = Chance.of(self.seed, "plugin", number)
        rate = COMMITS_A_MONTH * chance.lognormvariate(0, COMMITS_SIGMA)
        begin = START - 60 * DAY
        moments = {begin, *chance.moments(begin, self.end, MONTH / rate), *moved}
        line = plugin_line(chance, moments)
        handle = f"discourse-{chance.word()}-{number}"
        return SimulatedPlugin(number, handle, joined, line, chance.happens(WITH_CI))

    def _sites(self) -> Iterator[ClientSite]:
        least, most = SITES
        for number in range(most):
            chance = Chance.of(self.seed, "site", number)
            opened = START if number < least else START + GROWTH * (number - least) / (most - least)
            if opened >= self.end:
                return
            yield self._site(chance, number, opened)

    def _site(self, chance: Chance, number: int, opened: datetime) -> ClientSite:
        (branch,) = chance.choices(list(SITE_BRANCHES), list(SITE_BRANCHES.values()))
        there = len(self.there(opened))
        weights = [1 / (place + 12) for place in range(there)]
        wanted = chance.randint(*SITE_PLUGINS)
        plugins = tuple(sorted(set(chance.choices(range(there), weights, k=wanted))))
        rebuilt = [opened, *chance.moments(opened, self.end, SITE_REBUILD_DAYS * DAY)]
        rebuilds = CommitLine(SimulatedCommit("", at, at) for at in rebuilt)
        every = timedelta(days=SICK_DAYS) / SICK_SHARE
        sick = [
            (at, at + chance.median_days(SICK_DAYS, 0.5))
            for at in chance.moments(opened, self.end, every)
        ]
        return ClientSite(
            f"forum{number}.example.com", branch, plugins, opened, rebuilds, tuple(sick)
        )


def _joined(number: int) -> datetime:
    if number < FIRST_PLUGINS:
        return START
    return START + GROWTH * (number - FIRST_PLUGINS) / (MOST_PLUGINS - FIRST_PLUGINS)
