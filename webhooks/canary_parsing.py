"""What a browser canary PUTs of a run, parsed into a frozen value. Pure: `now` is passed in."""

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, ValidationError

from models.events import CanaryReport, LoadedPlugin, PluginError
from models.rules import console
from models.rules.clean import REPLACEMENT
from models.rules.domains import NoDomainError, normal_domain
from models.rules.handle import handle
from models.rules.inert import inert
from models.rules.redact import redact
from models.rules.smoke import Result, Step, within_bounds
from webhooks.body import parse_json
from webhooks.guard import MAX_BRANCH, MAX_PLUGINS, MAX_SHA
from webhooks.refusal import Refusal
from webhooks.verified import Verified

MAX_STEPS = 500
MAX_STEP_NAME = 200
MAX_DURATION_MS = 24 * 3_600_000
# How far a canary's clock may be ahead of this one.
MAX_AHEAD = timedelta(minutes=5)
_MOST_ERRORS = 5
_WORDS = {"missing": "is missing", "model_type": "must be a JSON object"}
_SUBJECT = re.compile(r"Value error, |(?:Input|String|List) (?=should)")
_TIME = "a time with its zone, such as 2026-11-21T03:15:00Z"


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
        raise Refusal(403, f"this key speaks for {key.domain} alone; report another server with a key of its own")
    _check_times(run, now)
    plugins, ignored = _plugins(run.plugins)
    return CanaryReport(
        key_id=key.key_id,
        run_id=run_id,
        server=key.domain or key.name,
        host_branch=run.host.branch,
        host_sha=run.host.sha,
        started_at=run.started_at,
        finished_at=run.finished_at,
        steps=within_bounds([Step(each.name, each.result, each.duration_ms, each.message) for each in run.steps]),
        plugins=plugins,
        ignored=ignored,
    )


def _word(text: str) -> str:
    if not text.isprintable() or " " in text or REPLACEMENT in text:
        raise ValueError("must hold no spaces, no control characters, and none that could not be read")
    return text


def _line(text: str) -> str:
    line = redact(" ".join(inert(text).split()))[:MAX_STEP_NAME]
    if not line:
        raise ValueError("must say what is done")
    return line


def _moment(value: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
        aware = moment.astimezone(UTC) if moment.tzinfo else None
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError(f"must be {_TIME}") from error
    if aware is None:
        raise ValueError(f"must be {_TIME}")
    return aware


def _said(value: Any) -> Any:
    """A text, or whatever stands in its place as it was written."""
    return value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _kept(text: str | None) -> str | None:
    return console.message(text) if text is not None else None


def _milliseconds(value: Any) -> Any:
    return round(value) if isinstance(value, float) else value  # browsers measure fractions


_Branch = Annotated[str, Field(min_length=1, max_length=MAX_BRANCH), AfterValidator(_word)]
_Sha = Annotated[str, Field(min_length=1, max_length=MAX_SHA), AfterValidator(_word)]
_Moment = Annotated[datetime, BeforeValidator(_moment)]
_Message = Annotated[str | None, BeforeValidator(_said), AfterValidator(_kept)]


class _Host(BaseModel):
    branch: _Branch
    sha: _Sha


class _Step(BaseModel):
    name: Annotated[str, AfterValidator(_line)]
    result: Result
    duration_ms: Annotated[int, Field(strict=True, ge=0, le=MAX_DURATION_MS), BeforeValidator(_milliseconds)]
    message: _Message = None


class _Plugin(BaseModel):
    name: str
    branch: _Branch
    sha: _Sha


class _Run(BaseModel):
    server: Annotated[str, Field(min_length=1, max_length=MAX_BRANCH)]
    host: _Host
    started_at: _Moment
    finished_at: _Moment | None = None
    steps: Annotated[list[_Step], Field(max_length=MAX_STEPS)]
    plugins: Annotated[list[Any], Field(max_length=MAX_PLUGINS)]


def _validated(body: Any) -> _Run:
    try:
        return _Run.model_validate(body)
    except ValidationError as error:
        raise Refusal(400, _reason(error)) from error


def _reason(error: ValueError) -> str:
    if not isinstance(error, ValidationError):
        return str(error)
    # What was sent is not repeated: it may be a secret at the wrong place.
    found = error.errors(include_url=False, include_input=False, include_context=False)
    words = [f"{_place(each['loc'])} {_words(each['type'], each['msg'])}" for each in found[:_MOST_ERRORS]]
    rest = len(found) - _MOST_ERRORS
    return "; ".join([*words, f"and {rest} more"] if rest > 0 else words)


def _check_times(run: _Run, now: datetime) -> None:
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
    sent = _Plugin.model_validate(line)
    if REPLACEMENT in sent.name:
        raise ValueError(f"its name holds a character that could not be read ({REPLACEMENT})")
    return LoadedPlugin(sent.name, handle(sent.name), sent.branch, sent.sha)


def _domain(server: str) -> str:
    try:
        return normal_domain(server)
    except NoDomainError:
        return server


def _place(location: tuple[int | str, ...]) -> str:
    """The place in the body as it is written in code: steps[3].result."""
    parts = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in location]
    return "".join(parts).removeprefix(".") or "the body"


def _words(kind: str, message: str) -> str:
    return _WORDS.get(kind) or _SUBJECT.sub("", message)
