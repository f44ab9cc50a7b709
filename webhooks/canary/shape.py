"""The shape of a run as a browser canary PUTs it: what its fields are read with, and the JSON Schema made of that."""

import json
from dataclasses import dataclass
from typing import Any

from models.rules import console
from models.rules.inert import inert
from models.rules.redact import redact
from models.rules.smoke import Result
from webhooks.guard.parsing import MAX_BRANCH, MAX_PLUGINS, MAX_SHA, NAME
from webhooks.refusal import Refusal
from webhooks.shapes import (
    BranchName,
    Milliseconds,
    Moment,
    Object,
    Rows,
    Schema,
    Word,
    WordChoice,
)

MAX_STEPS = 500
MAX_STEP_NAME = 200
MAX_DURATION_MS = 24 * 3_600_000
# As JSON Schema reads patterns: something that can be seen.
_SAYS_SOMETHING = r"[^\p{C}\p{Z}]"


@dataclass(frozen=True, slots=True)
class StepName:
    """What is done in a step, in one line, of which `limit` characters are kept."""

    name: str
    limit: int
    required: bool = True

    def read(self, fields: dict[str, Any]) -> str:
        """The line, redacted.

        Raises:
            Refusal: 400: it is missing, or says nothing.
        """
        sent = fields.get(self.name)
        line = redact(" ".join(inert(sent).split())) if isinstance(sent, str) else ""
        if not line:
            raise Refusal(400, f"{self.name} must say what is done")
        return line[: self.limit]

    @property
    def schema(self) -> Schema:
        """A text in which something can be seen."""
        about = f"The first {self.limit:,} characters are kept"
        return {"type": "string", "pattern": _SAYS_SOMETHING, "description": about}


@dataclass(frozen=True, slots=True)
class StepMessage:
    """What went wrong in a step, as the browser said it."""

    name: str
    required: bool = False

    def read(self, fields: dict[str, Any]) -> str | None:
        """What is kept of it; None where nothing is said. What is no text is kept as it was written."""
        sent = fields.get(self.name)
        if sent is None:
            return None
        return console.message(
            sent if isinstance(sent, str) else json.dumps(sent, ensure_ascii=False)
        )

    @property
    def schema(self) -> Schema:
        """A text."""
        about = f"Of what is longer than {console.KEPT_MESSAGE:,} characters both ends are kept"
        return {"type": ["string", "null"], "description": about}


SERVER = Word("server", MAX_BRANCH)
HOST_BRANCH = BranchName("branch", MAX_BRANCH, "host.")
HOST_SHA = Word("sha", MAX_SHA, "host.")
HOST = Object("host", (HOST_BRANCH, HOST_SHA))
STARTED_AT = Moment("started_at")
FINISHED_AT = Moment("finished_at", "with its zone; missing while the run goes on", required=False)

STEP_NAME = StepName("name", MAX_STEP_NAME)
STEP_RESULT = WordChoice("result", tuple(Result), required=True)
STEP_DURATION = Milliseconds("duration_ms", MAX_DURATION_MS)
STEP_MESSAGE = StepMessage("message")
STEP = Object("it", (STEP_NAME, STEP_RESULT, STEP_DURATION, STEP_MESSAGE))
STEPS = Rows("steps", "step", STEP.schema, MAX_STEPS, may_be_empty=True)

BRANCH = BranchName("branch", MAX_BRANCH)
SHA = Word("sha", MAX_SHA)
PLUGIN = Object("it", (NAME, BRANCH, SHA))
PLUGINS = Rows("plugins", "plugin", PLUGIN.schema, MAX_PLUGINS, may_be_empty=True)

RUN = Object("the body", (SERVER, HOST, STARTED_AT, FINISHED_AT, STEPS, PLUGINS))
