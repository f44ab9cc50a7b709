"""What the endpoints that browser canaries PUT to do with a request."""

import re
from datetime import UTC, datetime
from typing import Any

from starlette.types import Receive, Scope

from models.events import Denial, Outcome
from models.events.canary import ArtefactUpload, CanaryReport
from models.picture import MAX_SCREENSHOT, PictureError, made_anew
from models.rules.console import KEPT_LOG, Ends
from models.rules.key_limits import MOST_NEW_NAMES, NEW_NAMES_AN_HOUR
from models.rules.kinds import ArtefactKind, KeyKind
from models.rules.smoke import MOST_BYTES_AN_HOUR, MOST_RUNS, MOST_RUNS_AN_HOUR
from webhooks.access.keys import KeyRing
from webhooks.access.verified import Verified
from webhooks.bodies.receiving import Receiving, admit
from webhooks.bodies.strict_json import JSON
from webhooks.canary.parsing import read_run
from webhooks.canary.screenshot import refused
from webhooks.operating import metrics
from webhooks.recording.intake import Intake
from webhooks.refusal import Refusal
from webhooks.routing.endpoint import Answer
from webhooks.shapes import Schema, whole
from webhooks.workers.worker import Worker

MAX_RUN = 4 * 1024 * 1024
# A log is read to its end, for of one that is longer than what is kept both ends are kept.
MAX_LOG = 64 * 1024 * 1024
_SECONDS_TO_UPLOAD = 120

_RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
RUN_ID_SCHEMA: Schema = {"type": "string", "pattern": whole(_RUN_ID.pattern)}
DENIED = {
    Denial.FOREIGN: (403, "our own canary made this run; use an id of your own"),
    Denial.UNKNOWN: (404, "there is no such run; PUT the run first, with its started_at"),
    Denial.FINAL: (
        409,
        "this run has finished, and with other results; PUT another run under an id of its own",
    ),
    Denial.TOO_MANY: (
        429,
        f"this server reported too much: {MOST_RUNS:,} runs in all are kept, and within an hour {MOST_RUNS_AN_HOUR} "
        f"runs and {MOST_BYTES_AN_HOUR // 1024**2} MiB of logs and pictures, and of new "
        f"branches {MOST_NEW_NAMES:,} and {NEW_NAMES_AN_HOUR} an hour; report less, one run a day is usual",
    ),
}


class Canaries:
    """What the endpoints do: look at the headers, verify the key, receive, read, record, answer."""

    def __init__(self, intake: Intake, ring: KeyRing, receiving: Receiving, worker: Worker) -> None:
        self._intake = intake
        self._ring = ring
        self._receiving = receiving
        self._worker = worker

    async def run(self, scope: Scope, receive: Receive) -> Answer:
        """PUT /canary/runs/{run_id}: how a run stands."""
        key, run_id = await self._verified(scope, MAX_RUN, JSON)
        body = await self._receiving.whole(receive, MAX_RUN)
        return await self._record(
            key, await self._worker.read(read_run, body, run_id, key, datetime.now(UTC))
        )

    async def console_log(self, scope: Scope, receive: Receive) -> Answer:
        """PUT /canary/runs/{run_id}/console-log: what the browser said meanwhile."""
        key, run_id = await self._verified(scope, MAX_LOG, "text/plain")
        ends = Ends(KEPT_LOG)
        await self._receiving.pieces(
            receive, MAX_LOG, ends.take, seconds=_SECONDS_TO_UPLOAD, kept=2 * KEPT_LOG
        )
        content = await self._worker.do(KEPT_LOG, Ends.kept, ends)
        return await self._record(key, _upload(key, run_id, ArtefactKind.CONSOLE_LOG, content))

    async def screenshot(self, scope: Scope, receive: Receive) -> Answer:
        """PUT /canary/runs/{run_id}/screenshot: what the page looked like when a step failed."""
        key, run_id = await self._verified(scope, MAX_SCREENSHOT, "image/png")
        content = await self._made_anew(receive)
        return await self._record(key, _upload(key, run_id, ArtefactKind.SCREENSHOT, content))

    async def _made_anew(self, receive: Receive) -> bytes:
        """The picture that comes, put together again; nothing else of it is held any longer."""
        body = await self._receiving.whole(receive, MAX_SCREENSHOT, seconds=_SECONDS_TO_UPLOAD)
        try:
            return await self._worker.do(len(body), made_anew, body)
        except PictureError as error:
            raise refused(error) from error

    async def _verified(self, scope: Scope, limit: int, media_type: str) -> tuple[Verified, str]:
        admit(scope, limit, media_type)
        key = await self._ring.verify_bearer(scope, KeyKind.CANARY)
        await self._intake.admit(key.key_id)
        run_id = scope["path_params"]["run_id"]
        if not _RUN_ID.fullmatch(run_id):
            raise Refusal(
                400, "a run's id is 1 to 100 letters, digits, dots, hyphens and underscores"
            )
        return key, run_id

    async def _record(self, key: Verified, said: CanaryReport | ArtefactUpload) -> Answer:
        outcome = await self._intake.submit(said)
        if outcome.beyond:
            await self._intake.note_beyond(key.key_id, outcome.beyond)
        self._refuse(key, outcome)
        what = said.kind if isinstance(said, ArtefactUpload) else "run"
        metrics.CANARY.labels(what).inc()
        return 200, {"run_id": said.run_id, "ignored": [error.name for error in outcome.errors]}

    def _refuse(self, key: Verified, outcome: Outcome) -> None:
        if outcome.refused:
            self._ring.forget(key.key_id)
            raise Refusal(401, outcome.refused)
        if outcome.denied:
            raise Refusal(*DENIED[outcome.denied])


def _upload(key: Verified, run_id: str, kind: ArtefactKind, content: bytes) -> ArtefactUpload:
    return ArtefactUpload(key.key_id, key.domain or key.name, run_id, kind, content)


def failed(*reasons: str) -> dict[str, Any]:
    """A failure as a canary reads it."""
    return {"errors": list(reasons)}
