"""What browser canaries report: a run a day of each canary server, and what its console showed."""

from datetime import datetime, timedelta
from typing import Any

from bench.simulator.chance import Chance
from bench.simulator.parameters import BROWSER_FLAKE_WITH_NOTICE, FLAKE, MINUTE
from bench.simulator.sent import NO_CAUSE, SentRequest, TrueLine
from bench.simulator.world import World

_STEPS = ("open the site", "log in", "open /latest", "open the first topic", "write a reply")
_LOAD, _BROWSER = frozenset({"load"}), frozenset({"browser"})
_SELECTOR = "Timeout 100000ms exceeded waiting for selector '.topic-list-item'"


def of_server(world: World, domain: str, branch: str, at: datetime) -> SentRequest:
    """A browser went through the pages of a server that was rebuilt an hour ago."""
    chance = Chance.of(world.seed, domain, "browser", at)
    rebuilt = at - timedelta(hours=1)
    host = world.host[branch].at(rebuilt)
    loaded: list[dict[str, str]] = []
    lines: list[TrueLine] = []
    console = _notices(world, domain)
    for plugin in world.there(rebuilt):
        commit = plugin.line.at(rebuilt)
        if world.failing(plugin.number, commit, host, _LOAD):
            continue  # its Guard took it out of service
        loaded.append({"name": plugin.handle, "branch": "main", "sha": commit.sha})
        hit = world.failing(plugin.number, commit, host, _BROWSER)
        if hit:
            console.append(_error(plugin.handle, hit[1].words.message))
        cause = hit[0].number if hit else None
        lines.append(TrueLine(plugin.number, branch, commit.sha, host.sha, cause))
    has_failed = any(line.cause is not None for line in lines)
    if not has_failed and chance.happens(FLAKE):
        has_failed = True
        lines = [_without_cause(line) for line in lines]
        if not chance.happens(BROWSER_FLAKE_WITH_NOTICE):
            console = []
    body = _run(domain, branch, host.sha, at, loaded, "failed" if has_failed else "passed")
    return SentRequest("run", domain, at, body, tuple(lines), "\n".join(console))


def _notices(world: World, domain: str) -> list[str]:
    """What the console of this server shows whenever its pages open; nothing fails by it."""
    chance = Chance.of(world.seed, domain, "notices")
    named = chance.sample(range(50), 2)
    return [
        f"[PLUGIN {world.plugins[number].handle}] Deprecation notice: a widget was decorated. "
        f"[deprecation id: discourse.{chance.word()}]"
        for number in named
    ]


def _error(handle: str, message: str) -> str:
    return (
        f"Uncaught Error: {message}\n    at https://canary.example.com/assets/plugins/{handle}-"
        f"{'0a' * 16}.js:1:2345"
    )


def _without_cause(line: TrueLine) -> TrueLine:
    return TrueLine(line.plugin, line.branch, line.plugin_sha, line.host_sha, NO_CAUSE)


def _run(
    domain: str, branch: str, sha: str, at: datetime, loaded: list[dict[str, str]], end: str
) -> dict[str, Any]:
    steps: list[dict[str, Any]] = [
        {"name": name, "result": "passed", "duration_ms": 900} for name in _STEPS
    ]
    if end == "failed":
        steps[2] |= {"result": "failed", "message": _SELECTOR}
        steps = steps[:3]
    return {
        "server": domain,
        "host": {"branch": branch, "sha": sha},
        "started_at": at.isoformat(),
        "finished_at": (at + 5 * MINUTE).isoformat(),
        "steps": steps,
        "plugins": loaded,
    }
