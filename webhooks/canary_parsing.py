"""What a browser canary PUTs of a run, parsed into a frozen value. Pure: `now` is passed in."""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, ValidationError

from models.events import CanaryReport, LoadedPlugin
from models.keys import KeyRequestError, normal_domain
from models.rules import console
from models.rules.handle import handle
from models.rules.redact import redact
from models.rules.smoke import Result, Step
from webhooks.body import parse_json
from webhooks.guard import MAX_BRANCH, MAX_PLUGINS, MAX_SHA
from webhooks.keys import Verified
from webhooks.refusal import Refusal

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
    return CanaryReport(
        key_id=key.key_id,
        run_id=run_id,
        server=key.domain or key.name,
        host_branch=run.host.branch,
        host_sha=run.host.sha,
        started_at=run.started_at,
        finished_at=run.finished_at,
        steps=tuple(Step(each.name, each.result, each.duration_ms, each.message) for each in run.steps),
        plugins=_plugins(run),
    )


def _word(text: str) -> str:
    if not text.isprintable() or " " in text:
        raise ValueError("must hold no spaces and no control characters")
    return text


def _line(text: str) -> str:
    if not text.isprintable() or not text.strip():
        raise ValueError("must be words on one line, without control characters")
    return redact(text.strip())


def _moment(value: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
        aware = moment.astimezone(UTC) if moment.tzinfo else None
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError(f"must be {_TIME}") from error
    if aware is None:
        raise ValueError(f"must be {_TIME}")
    return aware


def _milliseconds(value: Any) -> Any:
    return round(value) if isinstance(value, float) else value  # browsers measure fractions


_Branch = Annotated[str, Field(min_length=1, max_length=MAX_BRANCH), AfterValidator(_word)]
_Sha = Annotated[str, Field(min_length=1, max_length=MAX_SHA), AfterValidator(_word)]
_Moment = Annotated[datetime, BeforeValidator(_moment)]
_Message = Annotated[str, AfterValidator(console.message)]


class _Host(BaseModel):
    branch: _Branch
    sha: _Sha


class _Step(BaseModel):
    name: Annotated[str, Field(max_length=MAX_STEP_NAME), AfterValidator(_line)]
    result: Result
    duration_ms: Annotated[int, Field(strict=True, ge=0, le=MAX_DURATION_MS), BeforeValidator(_milliseconds)]
    message: _Message | None = None


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
    plugins: Annotated[list[_Plugin], Field(max_length=MAX_PLUGINS)]


def _validated(body: Any) -> _Run:
    try:
        return _Run.model_validate(body)
    except ValidationError as error:
        # What was sent is not repeated: it may be a secret at the wrong place.
        found = error.errors(include_url=False, include_input=False, include_context=False)
        words = [f"{_place(each['loc'])} {_words(each['type'], each['msg'])}" for each in found[:_MOST_ERRORS]]
        rest = len(found) - _MOST_ERRORS
        raise Refusal(400, "; ".join([*words, f"and {rest} more"] if rest > 0 else words)) from error


def _check_times(run: _Run, now: datetime) -> None:
    if run.finished_at is not None and run.finished_at < run.started_at:
        raise Refusal(400, "finished_at lies before started_at")
    for name in ("started_at", "finished_at"):
        moment = getattr(run, name)
        if moment is not None and moment > now + MAX_AHEAD:
            raise Refusal(400, f"{name} lies in the future; set the canary's clock")


def _plugins(run: _Run) -> tuple[LoadedPlugin, ...]:
    found: dict[str, LoadedPlugin] = {}
    for place, plugin in enumerate(run.plugins):
        try:
            made = handle(plugin.name)
        except ValueError as error:
            raise Refusal(400, f"plugins[{place}].name: {error}") from error
        if made in found:
            raise Refusal(400, f"plugins[{place}].name: {made} stands twice; send it once")
        found[made] = LoadedPlugin(plugin.name, made, plugin.branch, plugin.sha)
    return tuple(found.values())


def _domain(server: str) -> str:
    try:
        return normal_domain(server)
    except KeyRequestError:
        return server


def _place(location: tuple[int | str, ...]) -> str:
    """The place in the body as it is written in code: steps[3].result."""
    parts = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in location]
    return "".join(parts).removeprefix(".") or "the body"


def _words(kind: str, message: str) -> str:
    return _WORDS.get(kind) or _SUBJECT.sub("", message)
