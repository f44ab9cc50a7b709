"""What the doors that browser canaries PUT to do with a request."""

import asyncio
import re
from datetime import UTC, datetime
from typing import Any

from starlette.types import Receive, Scope

from models.events import ArtefactUpload, CanaryReport, Denial, Outcome
from models.picture import MAX_SCREENSHOT
from models.rules.console import KEPT_LOG, Ends
from models.tables import ArtefactKind, KeyKind
from webhooks import metrics
from webhooks.body import read_body, read_json, read_pieces
from webhooks.canary_parsing import parse_run
from webhooks.door import Answer
from webhooks.intake import Intake
from webhooks.keys import KeyRing, Verified
from webhooks.refusal import Refusal
from webhooks.screenshot import Darkroom

MAX_RUN = 1024 * 1024
# A log is read to its end, for of one that is longer than what is kept both ends are kept.
MAX_LOG = 64 * 1024 * 1024
# Uploads in memory at once; a further one waits for its turn.
_UPLOADS = 4

_RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_DENIED = {
    Denial.FOREIGN: (403, "another key made this run; use the key that made it, or an id of your own"),
    Denial.UNKNOWN: (404, "there is no such run; PUT the run first, with its started_at"),
    Denial.FINAL: (409, "this run has finished, and with other results; PUT another run under an id of its own"),
}


class Canaries:
    """What the doors do: verify the key, read within limits, parse, record, answer."""

    def __init__(self, intake: Intake, ring: KeyRing) -> None:
        self._intake = intake
        self._ring = ring
        self._darkroom = Darkroom()
        self._uploads = asyncio.Semaphore(_UPLOADS)

    async def run(self, scope: Scope, receive: Receive) -> Answer:
        """PUT /canary/runs/{run_id}: how a run stands."""
        key, run_id = await self._verified(scope)
        body = await read_json(scope, receive, MAX_RUN)
        return await self._record(key, parse_run(body, run_id, key, datetime.now(UTC)))

    async def console_log(self, scope: Scope, receive: Receive) -> Answer:
        """PUT /canary/runs/{run_id}/console-log: what the browser said meanwhile."""
        key, run_id = await self._verified(scope)
        async with self._uploads:
            ends = Ends(KEPT_LOG)
            async for piece in read_pieces(scope, receive, MAX_LOG, "text/plain"):
                ends.take(piece)
            content = await asyncio.to_thread(ends.kept)
            upload = ArtefactUpload(key.key_id, run_id, ArtefactKind.CONSOLE_LOG, content)
            return await self._record(key, upload)

    async def screenshot(self, scope: Scope, receive: Receive) -> Answer:
        """PUT /canary/runs/{run_id}/screenshot: what the page looked like when a step failed."""
        key, run_id = await self._verified(scope)
        async with self._uploads:
            content = await self._darkroom.develop(await read_body(scope, receive, MAX_SCREENSHOT, "image/png"))
            upload = ArtefactUpload(key.key_id, run_id, ArtefactKind.SCREENSHOT, content)
            return await self._record(key, upload)

    async def _verified(self, scope: Scope) -> tuple[Verified, str]:
        key = await self._ring.verify_bearer(scope, KeyKind.CANARY)
        run_id = scope["path_params"]["run_id"]
        if not _RUN_ID.fullmatch(run_id):
            raise Refusal(400, "a run's id is 1 to 100 letters, digits, dots, hyphens and underscores")
        return key, run_id

    async def _record(self, key: Verified, said: CanaryReport | ArtefactUpload) -> Answer:
        outcome = await self._intake.submit(said)
        self._refuse(key, outcome)
        what = said.kind if isinstance(said, ArtefactUpload) else "run"
        metrics.CANARY.labels(what).inc()
        return 200, {"run_id": said.run_id, "ignored": [error.name for error in outcome.errors]}

    def _refuse(self, key: Verified, outcome: Outcome) -> None:
        if outcome.refused:
            self._ring.forget(key.key_id)
            raise Refusal(401, outcome.refused)
        if outcome.denied:
            raise Refusal(*_DENIED[outcome.denied])


def failed(*reasons: str) -> dict[str, Any]:
    """A failure as a canary reads it."""
    return {"errors": list(reasons)}
