"""When each machine says something, and when that arrives: late, twice, or never."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from bench.simulator import browsers, ci, guards
from bench.simulator.chance import Chance
from bench.simulator.parameters import (
    DAY,
    DOUBLED,
    HOUR,
    LATE,
    LATE_HOURS,
    LOST,
    MINUTE,
    SITE_RESTART_DAYS,
    START,
)
from bench.simulator.sent import SentRequest
from bench.simulator.world import ClientSite, World

_REBUILD = 4 * HOUR


@dataclass(frozen=True, slots=True, order=True)
class ArrivingRequest:
    """A request arrives; what is in it is made of the world as it was when it was sent."""

    at: datetime
    number: int
    make: Callable[[], SentRequest] = field(compare=False)


def arrivals(world: World) -> list[ArrivingRequest]:
    """All that arrives, in order."""
    found: list[ArrivingRequest] = []
    for who, at, make in _occasions(world):
        for arrival in _ways(world, who, at):
            if arrival < world.end:
                found.append(ArrivingRequest(arrival, len(found), make))
    return sorted(found)


_Occasion = tuple[str, datetime, Callable[[], SentRequest]]


def _occasions(world: World) -> Iterator[_Occasion]:
    for domain, branch in world.servers:
        yield from _of_server(world, domain, branch)
    for site in world.sites:
        yield from _of_site(world, site)
    for plugin in world.plugins:
        for at in ci.runs(world, plugin):
            if at < world.end:
                yield plugin.handle, at, partial(ci.of_plugin, world, plugin, at)


def _of_server(world: World, domain: str, branch: str) -> Iterator[_Occasion]:
    chance = Chance.of(world.seed, domain)
    day = START
    while day < world.end:
        at = day + _REBUILD + chance.uniform(0, 30) * MINUTE
        yield domain, at, partial(guards.of_server, world, domain, branch, at)
        browsed = at + HOUR
        yield (
            f"browser of {domain}",
            browsed,
            partial(browsers.of_server, world, domain, branch, browsed),
        )
        day += DAY


def _of_site(world: World, site: ClientSite) -> Iterator[_Occasion]:
    chance = Chance.of(world.seed, site.domain, "starts")
    restarts = chance.moments(site.opened, world.end, SITE_RESTART_DAYS * DAY)
    rebuilds = (commit.at for commit in site.rebuilds.commits)
    for at in sorted({*restarts, *rebuilds}):
        yield site.domain, at, partial(guards.of_site, world, site, at)


def _ways(world: World, who: str, at: datetime) -> Iterator[datetime]:
    """When what was sent then arrives, each time that it does."""
    chance = Chance.of(world.seed, "way", who, at)
    if chance.happens(LOST):
        return
    arrival = at + chance.uniform(0.1, 3) * MINUTE
    if chance.happens(LATE):
        arrival += chance.uniform(*LATE_HOURS) * timedelta(hours=1)
    yield arrival
    if chance.happens(DOUBLED):
        yield arrival + chance.uniform(0, 12) * HOUR
