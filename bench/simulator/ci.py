"""What GitHub delivers of the plugins' CI: a run of the tests for every push, on the newest tests-passed."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from bench.simulator import errors
from bench.simulator.chance import Chance
from bench.simulator.parameters import BRANCHES, CI_RERUN, FLAKE, HOUR, MINUTE, START
from bench.simulator.sent import NO_CAUSE, SentRequest, TrueLine
from bench.simulator.world import SimulatedPlugin, World

REPOSITORIES = 700_000
_LAYERS = frozenset({"load", "tests"})


def runs(world: World, plugin: SimulatedPlugin) -> Iterator[datetime]:
    """When the tests of a plugin have run: after a push, and again when somebody sees bad luck."""
    for commit in plugin.line.commits:
        if commit.at < max(plugin.joined, START) or not plugin.has_ci:
            continue
        at = commit.at + 10 * MINUTE
        yield at
        chance = Chance.of(world.seed, "rerun", plugin.number, at)
        if _is_unlucky(world, plugin, at) and chance.happens(CI_RERUN):
            yield at + chance.uniform(2, 20) * HOUR


def of_plugin(world: World, plugin: SimulatedPlugin, at: datetime) -> SentRequest:
    """A completed run of the workflow, and of its job that tests the backend."""
    commit, host = plugin.line.at(at), world.host[BRANCHES[0]].at(at)
    hit = world.failing(plugin.number, commit, host, _LAYERS)
    message, cause = "", None
    if hit:
        message, cause = hit[1].words.message, hit[0].number
    elif _is_unlucky(world, plugin, at):
        chance = Chance.of(world.seed, "ci words", plugin.number, at)
        message, cause = errors.environment(chance).message, NO_CAUSE
    line = TrueLine(plugin.number, BRANCHES[0], commit.sha, "", cause)
    body = {
        "check_run": _check(plugin, commit.sha, at, message),
        "workflow_run": _workflow(plugin, commit.sha, at, failed=bool(message)),
        "repository": _repository(plugin, at),
    }
    return SentRequest("ci", plugin.handle, at, body, (line,))


def _is_unlucky(world: World, plugin: SimulatedPlugin, at: datetime) -> bool:
    return Chance.of(world.seed, "ci", plugin.number, at).happens(FLAKE)


def _id(plugin: SimulatedPlugin, at: datetime) -> int:
    return plugin.number * 10**9 + int((at - START) / timedelta(seconds=1))


def _repository(plugin: SimulatedPlugin, at: datetime) -> dict[str, Any]:
    return {
        "id": REPOSITORIES + plugin.number,
        "full_name": plugin.repository,
        "private": False,
        "archived": False,
        "default_branch": "main",
        "updated_at": _moment(at),
        "pushed_at": _moment(at),
    }


def _check(plugin: SimulatedPlugin, sha: str, at: datetime, message: str) -> dict[str, Any]:
    number = _id(plugin, at)
    return {
        "id": number,
        "name": "ci / backend_tests",
        "head_sha": sha,
        "status": "completed",
        "conclusion": "failure" if message else "success",
        "started_at": _moment(at - 8 * MINUTE),
        "completed_at": _moment(at),
        "output": {"title": message or None, "summary": None},
        "check_suite": {"id": number, "head_branch": "main", "pull_requests": []},
    }


def _workflow(plugin: SimulatedPlugin, sha: str, at: datetime, *, failed: bool) -> dict[str, Any]:
    number = _id(plugin, at)
    return {
        "id": number,
        "name": "Discourse Plugin",
        "check_suite_id": number,
        "head_branch": "main",
        "head_sha": sha,
        "status": "completed",
        "conclusion": "failure" if failed else "success",
        "created_at": _moment(at - 9 * MINUTE),
        "updated_at": _moment(at),
        "run_attempt": 1,
        "event": "push",
    }


def _moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
