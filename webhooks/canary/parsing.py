"""What a browser canary PUTs of a run, parsed into a frozen value. Pure: `now` is passed in."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from models.events.canary import CanaryReport, LoadedPlugin
from models.events.lines import PluginError
from models.rules.domains import NoDomainError, normal_domain
from models.rules.smoke import RunStep, within_bounds
from webhooks.access.verified import Verified
from webhooks.bodies.strict_json import parse_json
from webhooks.canary import shape
from webhooks.guard.parsing import NAME
from webhooks.refusal import Refusal

# How far a canary's clock may be ahead of this one.
MAX_AHEAD = timedelta(minutes=5)


def read_run(body: bytes, run_id: str, key: Verified, now: datetime) -> CanaryReport:
    """What a body says of a run.

    Raises:
        Refusal: as `parse_run`, and 400 for what is no JSON.
    """
    return parse_run(parse_json(body), run_id, key, now)


def parse_run(body: Any, run_id: str, key: Verified, now: datetime) -> CanaryReport:
    """What the key's canary says of a run.

    Raises:
        Refusal: 400: it makes no sense; 403: the key belongs to another server.
    """
    fields = shape.RUN.of(body)
    host = shape.HOST.read(fields)
    host_branch, host_sha = shape.HOST_BRANCH.read(host), shape.HOST_SHA.read(host)
    if _domain(shape.SERVER.read(fields)) != key.domain:
        raise Refusal(
            403,
            f"this key speaks for {key.domain} alone; report another server with a key of its own",
        )
    started_at, finished_at = _times(fields, now)
    steps = _steps(shape.STEPS.read(fields))
    plugins, ignored = _plugins(shape.PLUGINS.read(fields))
    return CanaryReport(
        key_id=key.key_id,
        run_id=run_id,
        server=key.domain or key.name,
        host_branch=host_branch,
        host_sha=host_sha,
        started_at=started_at,
        finished_at=finished_at,
        steps=within_bounds(steps),
        plugins=plugins,
        ignored=ignored,
    )


def _times(fields: dict[str, Any], now: datetime) -> tuple[datetime, datetime | None]:
    """When the run began, and when it finished if it has."""
    started_at = shape.STARTED_AT.read(fields)
    finished_at = shape.FINISHED_AT.read_if_sent(fields)
    if finished_at is not None and finished_at < started_at:
        raise Refusal(400, "finished_at lies before started_at")
    for name, moment in (("started_at", started_at), ("finished_at", finished_at)):
        if moment is not None and moment > now + MAX_AHEAD:
            raise Refusal(400, f"{name} lies in the future; set the canary's clock")
    return started_at, finished_at


def _steps(rows: Sequence[Any]) -> list[RunStep]:
    steps = []
    for place, row in enumerate(rows):
        try:
            steps.append(_step(row))
        except Refusal as refusal:
            raise Refusal(400, f"steps[{place}]: {refusal.reason}") from refusal
    return steps


def _step(row: Any) -> RunStep:
    fields = shape.STEP.of(row)
    return RunStep(
        shape.STEP_NAME.read(fields),
        shape.STEP_RESULT.chosen(fields),
        shape.STEP_DURATION.read(fields),
        shape.STEP_MESSAGE.read(fields),
    )


def _plugins(rows: Sequence[Any]) -> tuple[tuple[LoadedPlugin, ...], tuple[PluginError, ...]]:
    """The plugins that were loaded, and why others of the list are ignored: none of them sinks the run."""
    found: dict[str, LoadedPlugin] = {}
    ignored: list[PluginError] = []
    for place, row in enumerate(rows):
        name = row.get("name") if isinstance(row, dict) else None
        shown = name if isinstance(name, str) and name else f"plugins[{place}]"
        try:
            plugin = _plugin(row)
        except Refusal as refusal:
            ignored.append(PluginError(shown, refusal.reason))
            continue
        if found.setdefault(plugin.handle, plugin) is not plugin:
            ignored.append(PluginError(shown, "it stands twice, and the first one counts"))
    return tuple(found.values()), tuple(ignored)


def _plugin(row: Any) -> LoadedPlugin:
    fields = shape.PLUGIN.of(row)
    handle = NAME.read(fields)
    return LoadedPlugin(fields["name"], handle, shape.BRANCH.read(fields), shape.SHA.read(fields))


def _domain(server: str) -> str:
    try:
        return normal_domain(server)
    except NoDomainError:
        return server
