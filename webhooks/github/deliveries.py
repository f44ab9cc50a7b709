"""POST /github/webhooks. What reads a body is a function, so that a process beside this one can do it as well."""

import re
from collections.abc import Sequence
from typing import Any

import structlog
from starlette.types import Receive, Scope

from models.events.github import GithubDelivery
from webhooks.access import signatures
from webhooks.access.signatures import Signature
from webhooks.bodies.receiving import Receiving, admit
from webhooks.bodies.strict_json import FORM, JSON
from webhooks.github.parsing import EVENTS
from webhooks.github.reading import read_delivery
from webhooks.operating import metrics
from webhooks.recording.intake import Intake
from webhooks.refusal import Refusal
from webhooks.routing.endpoint import Answer
from webhooks.shapes import RequestHeader
from webhooks.workers.pools import Workers

# GitHub sends up to 25 MB. What it really sends is a hundredth of that; what is larger than this is not read, and the
# clock finds out by asking what it told.
MAX_BODY = 5 * 1024 * 1024
_LARGE = 512 * 1024

_EVENT = RequestHeader(
    name="X-GitHub-Event",
    pattern=re.compile(rb"[a-z0-9_]{1,50}"),
    wanted=" with the event's name",
    about="The event; one that is not taken is answered with 200",
)
_GUID = RequestHeader(
    name="X-GitHub-Delivery",
    pattern=re.compile(rb"[0-9A-Za-z-]{1,64}"),
    wanted=" with the delivery's id",
    about="GitHub's id of the delivery, under which it is recorded once",
)
HEADERS = (signatures.HEADER, _EVENT, _GUID)

_log = structlog.get_logger()


class Deliveries:
    """What the endpoint does: look at the headers, verify the signature while it receives, read, record, answer."""

    def __init__(
        self, intake: Intake, secrets: Sequence[bytes], receiving: Receiving, workers: Workers
    ) -> None:
        self._intake = intake
        self._secrets = tuple(secrets)
        self._receiving = receiving
        self._workers = workers

    async def deliver(self, scope: Scope, receive: Receive) -> Answer:
        """A webhook delivery; one that was recorded before is taken again without a change."""
        if not self._secrets:
            raise Refusal(
                503,
                "GitHub's webhooks are not taken: no GITHUB_WEBHOOK_SECRET is set on this server",
            )
        sent_as = admit(scope, MAX_BODY, JSON, FORM)
        signature = Signature(scope, self._secrets)
        event = _EVENT.read(scope["headers"]).decode()
        guid = _GUID.read(scope["headers"]).decode()
        body = await self._signed(receive, signature)
        if event not in EVENTS:
            return 200, {"message": "this event is not taken"}
        worker = self._workers.heavy if len(body) > _LARGE else self._workers.reports
        told = await worker.read(read_delivery, body, event, sent_as)
        metrics.delivered(event, told.facts)
        if told.skipped:
            _log.warning("github_facts_skipped", event_name=event, guid=guid, reasons=told.skipped)
        outcome = await self._intake.submit(GithubDelivery(guid, event, tuple(told.facts)))
        said: dict[str, Any] = {
            "message": "recorded" if outcome.number else "this delivery was recorded before"
        }
        if told.skipped:
            said["skipped"] = told.skipped
        return 200, said

    async def _signed(self, receive: Receive, signature: Signature) -> bytes:
        pieces: list[bytes] = []

        def take(piece: bytes) -> None:
            signature.take(piece)
            pieces.append(piece)

        await self._receiving.pieces(receive, MAX_BODY, take)
        signature.check()
        return b"".join(pieces)


def failed(reason: str) -> dict[str, Any]:
    """A failure as GitHub words its own."""
    return {"message": reason}
