"""The shape of a run as a browser canary PUTs it: what its fields are read with, and the JSON Schema made of that."""

import json
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, WithJsonSchema

from models.rules import console
from models.rules.inert import inert
from models.rules.redact import redact
from models.rules.smoke import Result
from webhooks.guard import MAX_BRANCH, MAX_PLUGINS, MAX_SHA, NAME
from webhooks.shapes import WORD_PATTERN, Schema, is_word

MAX_STEPS = 500
MAX_STEP_NAME = 200
MAX_DURATION_MS = 24 * 3_600_000
# As JSON Schema reads patterns: something that can be seen.
_SAYS_SOMETHING = r"[^\p{C}\p{Z}]"
_TIME = "a time with its zone, such as 2026-11-21T03:15:00Z"


def _word(text: str) -> str:
    if not is_word(text):
        raise ValueError(
            "must hold no spaces, no control characters, and none that could not be read"
        )
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
    return (
        value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    )


def _kept(text: str | None) -> str | None:
    return console.message(text) if text is not None else None


def _milliseconds(value: Any) -> Any:
    return round(value) if isinstance(value, float) else value  # browsers measure fractions


_AS_WORD: dict[str, Any] = {"pattern": WORD_PATTERN}
_Branch = Annotated[
    str,
    Field(min_length=1, max_length=MAX_BRANCH, json_schema_extra=_AS_WORD),
    AfterValidator(_word),
]
_Sha = Annotated[
    str, Field(min_length=1, max_length=MAX_SHA, json_schema_extra=_AS_WORD), AfterValidator(_word)
]
_Moment = Annotated[datetime, BeforeValidator(_moment), Field(description="with its zone")]
_Message = Annotated[str | None, BeforeValidator(_said), AfterValidator(_kept)]
_Milliseconds = Annotated[
    int,
    Field(strict=True, ge=0, le=MAX_DURATION_MS, json_schema_extra={"type": "number"}),
    BeforeValidator(_milliseconds),
]


class HostBody(BaseModel):
    """Discourse as the canary's server runs it."""

    branch: _Branch
    sha: _Sha


class StepBody(BaseModel):
    """One step: how it ended, how long it took, and what went wrong."""

    name: Annotated[
        str, AfterValidator(_line), Field(json_schema_extra={"pattern": _SAYS_SOMETHING})
    ]
    result: Result
    duration_ms: _Milliseconds
    message: _Message = None


class PluginBody(BaseModel):
    """A plugin that was loaded."""

    name: Annotated[str, WithJsonSchema(NAME.schema)]
    branch: _Branch
    sha: _Sha


# Read one by one, so that a bad one does not sink the run.
_AnyPlugin = Annotated[Any, WithJsonSchema(PluginBody.model_json_schema())]


class RunBody(BaseModel):
    """How a run of the browser canary stands."""

    server: Annotated[
        str,
        Field(
            min_length=1,
            max_length=MAX_BRANCH,
            description="the server that the key is named after",
        ),
    ]
    host: HostBody
    started_at: _Moment
    finished_at: Annotated[_Moment | None, Field(description="missing while the run goes on")] = (
        None
    )
    steps: Annotated[list[StepBody], Field(max_length=MAX_STEPS)]
    plugins: Annotated[list[_AnyPlugin], Field(max_length=MAX_PLUGINS)]


def run_schema() -> Schema:
    """The JSON Schema of a run, made of what reads it: in one piece, and without the names of classes."""
    schema = RunBody.model_json_schema()
    inner = schema.pop("$defs")
    plain: Schema = _in_one_piece(schema, inner)
    return plain


def _in_one_piece(value: Any, inner: Schema) -> Any:
    """The schema with each reference replaced by what it stands for.

    None of them leads back to itself.
    """
    if isinstance(value, list):
        return [_in_one_piece(item, inner) for item in value]
    if not isinstance(value, dict):
        return value
    if "$ref" in value:
        return _in_one_piece(inner[value["$ref"].rpartition("/")[2]], inner)
    return {
        key: _in_one_piece(item, inner) for key, item in value.items() if not _is_name(key, item)
    }


def _is_name(key: str, item: Any) -> bool:
    """Whether it is the name of a class, or that of a field again."""
    return key == "title" and isinstance(item, str)
