"""What a browser canary PUTs of a run, parsed into a frozen value. Pure: `now` is passed in."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from pydantic import ValidationError

from models.events.canary import CanaryReport, LoadedPlugin
from models.events.lines import PluginError
from models.rules.clean import REPLACEMENT
from models.rules.domains import NoDomainError, normal_domain
from models.rules.handle import handle
from models.rules.history_lines import branch_name
from models.rules.smoke import RunStep, within_bounds
from webhooks.body import parse_json
from webhooks.canary_shape import PluginBody, RunBody
from webhooks.refusal import Refusal
from webhooks.verified import Verified

# How far a canary's clock may be ahead of this one.
MAX_AHEAD = timedelta(minutes=5)
_MOST_ERRORS = 5
_WORDS = {"missing": "is missing", "model_type": "must be a JSON object"}
_SUBJECT = re.compile(r"Value error, |(?:Input|String|List) (?=should)")


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
    run = _validated(body)
    if _domain(run.server) != key.domain:
        raise Refusal(
            403,
            f"this key speaks for {key.domain} alone; report another server with a key of its own",
        )
    _check_times(run, now)
    plugins, ignored = _plugins(run.plugins)
    return CanaryReport(
        key_id=key.key_id,
        run_id=run_id,
        server=key.domain or key.name,
        host_branch=branch_name(run.host.branch),
        host_sha=run.host.sha,
        started_at=run.started_at,
        finished_at=run.finished_at,
        steps=within_bounds(
            [RunStep(each.name, each.result, each.duration_ms, each.message) for each in run.steps]
        ),
        plugins=plugins,
        ignored=ignored,
    )


def _validated(body: Any) -> RunBody:
    try:
        return RunBody.model_validate(body)
    except ValidationError as error:
        raise Refusal(400, _reason(error)) from error


def _reason(error: ValueError) -> str:
    """What is wrong with the body, of `_MOST_ERRORS` places at the most."""
    if not isinstance(error, ValidationError):
        return str(error)
    # What was sent is not repeated: it may be a secret at the wrong place.
    found = error.errors(include_url=False, include_input=False, include_context=False)
    words = [
        f"{_place(each['loc'])} {_words(each['type'], each['msg'])}"
        for each in found[:_MOST_ERRORS]
    ]
    rest = len(found) - _MOST_ERRORS
    if rest > 0:
        words.append(f"and {rest} more")
    return "; ".join(words)


def _check_times(run: RunBody, now: datetime) -> None:
    if run.finished_at is not None and run.finished_at < run.started_at:
        raise Refusal(400, "finished_at lies before started_at")
    for name in ("started_at", "finished_at"):
        moment = getattr(run, name)
        if moment is not None and moment > now + MAX_AHEAD:
            raise Refusal(400, f"{name} lies in the future; set the canary's clock")


def _plugins(lines: Sequence[Any]) -> tuple[tuple[LoadedPlugin, ...], tuple[PluginError, ...]]:
    """The plugins that were loaded, and why others of the list are ignored: none of them sinks the run."""
    found: dict[str, LoadedPlugin] = {}
    ignored: list[PluginError] = []
    for place, line in enumerate(lines):
        name = line.get("name") if isinstance(line, dict) else None
        shown = name if isinstance(name, str) and name else f"plugins[{place}]"
        try:
            plugin = _plugin(line)
        except ValueError as error:
            ignored.append(PluginError(shown, _reason(error)))
            continue
        if found.setdefault(plugin.handle, plugin) is not plugin:
            ignored.append(PluginError(shown, "it stands twice, and the first one counts"))
    return tuple(found.values()), tuple(ignored)


def _plugin(line: Any) -> LoadedPlugin:
    sent = PluginBody.model_validate(line)
    if REPLACEMENT in sent.name:
        raise ValueError(f"its name holds a character that could not be read ({REPLACEMENT})")
    return LoadedPlugin(sent.name, handle(sent.name), branch_name(sent.branch), sent.sha)


def _domain(server: str) -> str:
    try:
        return normal_domain(server)
    except NoDomainError:
        return server


def _place(location: tuple[int | str, ...]) -> str:
    """The place in the body as it is written in code: steps[3].result."""
    place = ""
    for part in location:
        place += f"[{part}]" if isinstance(part, int) else f".{part}"
    return place.removeprefix(".") or "the body"


def _words(kind: str, message: str) -> str:
    """One of Pydantic's errors in words that go on after the place."""
    return _WORDS.get(kind) or _SUBJECT.sub("", message)
