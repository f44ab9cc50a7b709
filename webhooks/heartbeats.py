"""What the endpoint that cron jobs call does: /heartbeats/SECRET, or with /start, /fail or an exit code after it."""

import asyncio
import re
from collections.abc import Collection
from concurrent.futures import Executor
from contextlib import suppress
from typing import Any

from starlette.types import Receive, Scope

from models.database.engine import Database
from models.events import Denial
from models.events.silence import Ping, Signal
from models.operating.heartbeats import known
from models.operating.keys import digest
from models.rules.console import Ends
from webhooks.access.lookup import Lookup
from webhooks.recording.intake import Intake
from webhooks.refusal import Refusal
from webhooks.routing.endpoint import Answer
from webhooks.shapes import Schema, whole

KEPT_LOG = 10 * 1024
# A call counts whatever comes with it, so that of a body beyond this no more is read.
MAX_LOG = 4 * 1024 * 1024
_SECONDS_TO_SEND = 10
_MAX_CODE = 255
_CODE = re.compile(r"[0-9]{1,3}")
_SIGNALS = {"start": Signal.START, "fail": Signal.FAIL}
SIGNAL_SCHEMA: Schema = {"type": "string", "pattern": whole("|".join([*_SIGNALS, _CODE.pattern]))}
_SPELT = ", ".join(f"/{word}" for word in _SIGNALS)
SIGNAL_WORDS = f"{', '.join(_SIGNALS)}, or the exit code from 0 to {_MAX_CODE}"


class Heartbeats:
    """Reads who calls and what they say, within limits, and records it.

    The address is the key, and no log shows it.
    """

    def __init__(self, intake: Intake, database: Database, strangers: Executor) -> None:
        self._intake = intake
        self._database = database
        self._addresses = Lookup(self._known, strangers)

    async def call(self, scope: Scope, receive: Receive) -> Answer:
        """GET or POST /heartbeats/{secret}[/{signal}]; the body, if any, is the job's log."""
        secret = scope["path_params"]["secret"]
        signal, code = _read(scope["path_params"].get("signal", ""))
        address = digest(secret.lower())
        # Whoever guesses costs one look at an index, and keeps nobody from writing.
        if not await self._addresses.knows(address):
            raise _unknown()
        log = await _log(receive) if signal is not Signal.START else ""
        outcome = await self._intake.submit(Ping(address, signal, code, log))
        if outcome.denied is Denial.UNKNOWN:  # it was deleted meanwhile
            raise _unknown()
        return 200, {"heartbeat": outcome.accepted[0], "recorded": signal}

    def _known(self, digests: Collection[str]) -> Collection[str]:
        with self._database.read() as session:
            return known(session, digests)


def failed(reason: str) -> dict[str, Any]:
    """A failure as a cron job's log shows it."""
    return {"error": reason}


def _unknown() -> Refusal:
    return Refusal(
        404, "no heartbeat has this address; make one with: python -m models heartbeats create"
    )


def _read(word: str) -> tuple[Signal, int | None]:
    """What the last word of the address says."""
    if not word:
        return Signal.FINISH, None
    if word in _SIGNALS:
        return _SIGNALS[word], None
    if not _CODE.fullmatch(word) or int(word) > _MAX_CODE:
        raise Refusal(
            404,
            f"after the address comes nothing, {_SPELT}, or the exit code from 0 to {_MAX_CODE}",
        )
    code = int(word)
    return (Signal.FAIL if code else Signal.FINISH), code


async def _log(receive: Receive) -> str:
    """The ends of the body, redacted; what breaks off or is too long is kept as far as it came."""
    ends = Ends(KEPT_LOG)
    total = 0
    more = True
    # What does not come in time is left out: the call itself is what counts.
    with suppress(TimeoutError):
        async with asyncio.timeout(_SECONDS_TO_SEND):
            while more and total < MAX_LOG:
                message = await receive()
                piece = message.get("body", b"")
                total += len(piece)
                more = message.get("more_body", False)
                ends.take(piece)
    return (await asyncio.to_thread(ends.kept)).decode()
