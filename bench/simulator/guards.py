"""What Plugin Guards report, on canary servers and on client sites."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from bench.simulator import errors
from bench.simulator.chance import Chance
from bench.simulator.commits import SimulatedCommit
from bench.simulator.errors import ErrorWords
from bench.simulator.parameters import (
    FLAKE,
    FLAKE_OF_ENVIRONMENT,
    FLAKE_OF_SEVERAL,
    SICK_PLUGINS,
)
from bench.simulator.sent import NO_CAUSE, SentRequest, TrueLine
from bench.simulator.world import ClientSite, SimulatedPlugin, World

GOOD, BAD = 1, 2
_LOAD, _LOAD_AND_FIELD = frozenset({"load"}), frozenset({"load", "field"})


def of_server(world: World, domain: str, branch: str, at: datetime) -> SentRequest:
    """A canary server was rebuilt with the newest of everything."""
    chance = Chance.of(world.seed, domain, at)
    host, plugins = world.host[branch].at(at), world.there(at)
    flakes = dict(_flakes(chance, [plugin.number for plugin in plugins]))
    lines = [
        _line(world, plugin, plugin.line.at(at), host, branch, "", flakes.get(plugin.number))
        for plugin in plugins
    ]
    return _report("server", domain, branch, host, at, lines)


def of_site(world: World, site: ClientSite, at: datetime) -> SentRequest:
    """A client site started again, with what it was rebuilt with last."""
    chance = Chance.of(world.seed, site.domain, at)
    rebuilt = site.rebuilds.at(at).at
    host = world.host[site.branch].at(rebuilt)
    luck = dict(_sickness(world, site, at) if site.is_sick(at) else _flakes(chance, site.plugins))
    lines = []
    for number in site.plugins:
        plugin = world.plugins[number]
        commit = plugin.line.at(rebuilt)
        lines.append(_line(world, plugin, commit, host, site.branch, site.domain, luck.get(number)))
    return _report("site", site.domain, site.branch, host, at, lines)


def registration(world: World, site: ClientSite) -> dict[str, Any]:
    """What a site registers when it starts."""
    names = [world.plugins[number].handle for number in site.plugins]
    return {"domain": site.domain, "plugins": names}


_Line = tuple[dict[str, Any], TrueLine]


def _line(
    world: World,
    plugin: SimulatedPlugin,
    commit: SimulatedCommit,
    host: SimulatedCommit,
    branch: str,
    site: str,
    luck: ErrorWords | None,
) -> _Line:
    """What the report says of a plugin, and the truth."""
    layers = _LOAD_AND_FIELD if site else _LOAD
    hit = world.failing(plugin.number, commit, host, layers, site)
    said: dict[str, Any] = {
        "name": plugin.handle,
        "branch": "main",
        "sha": commit.sha,
        "status": GOOD,
    }
    truth = TrueLine(plugin.number, branch, commit.sha, host.sha, None)
    if luck is None and hit is None:
        return said, truth
    words = luck or (hit[1].words if hit else errors.ErrorWords(""))
    said |= {
        "status": BAD,
        "message": words.message,
        "backtrace": words.backtrace(plugin.handle),
    }
    cause = hit[0].number if hit else NO_CAUSE
    return said, TrueLine(plugin.number, branch, commit.sha, host.sha, cause, is_said=not luck)


def _report(
    kind: str, domain: str, branch: str, host: SimulatedCommit, at: datetime, lines: Iterable[_Line]
) -> SentRequest:
    told = list(lines)
    body = {
        "domain": domain,
        "plugins": [said for said, _ in told],
        "discourse": {"branch": branch, "sha": host.sha},
    }
    return SentRequest(kind, domain, at, body, tuple(truth for _, truth in told))


def _flakes(chance: Chance, plugins: Iterable[int]) -> Iterator[tuple[int, ErrorWords]]:
    """The plugins that fail this time, by bad luck."""
    there = list(plugins)
    if not chance.happens(FLAKE):
        return
    roll = chance.random()
    if roll < FLAKE_OF_ENVIRONMENT:
        yield chance.choice(there), errors.environment(chance)
    elif roll < FLAKE_OF_ENVIRONMENT + FLAKE_OF_SEVERAL:
        for number in chance.sample(there, min(len(there), chance.randint(2, 4))):
            yield number, errors.odd(chance) if chance.happens(0.5) else errors.environment(chance)
    else:
        yield chance.choice(there), errors.odd(chance)


def _sickness(world: World, site: ClientSite, at: datetime) -> Iterator[tuple[int, ErrorWords]]:
    """What fails on a sick site: much, and in the same words; the same while it is sick."""
    span = next(begin for begin, end in site.sick if begin <= at < end)
    chance = Chance.of(world.seed, site.domain, "sick", span)
    message, share = errors.sick(chance), chance.uniform(*SICK_PLUGINS)
    for number in site.plugins:
        if chance.happens(share):
            yield number, ErrorWords(message, errors.frame(chance))
