"""POST /github/webhooks. What reads a body is a function, so that a process beside this one can do it as well."""

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl

import structlog
from starlette.types import Receive, Scope

from models.events import GithubDelivery
from models.github.facts import Fact
from models.github.gathering import Gathered
from webhooks import metrics
from webhooks.body import parse_json
from webhooks.door import Answer
from webhooks.github.parsing import EVENTS, parse
from webhooks.intake import Intake
from webhooks.receiving import JSON, Receiving, admit, media_type
from webhooks.refusal import Refusal
from webhooks.signatures import Signature
from webhooks.workshop import Workshop

MAX_BODY = 25 * 1024 * 1024  # GitHub's own limit

# What a body of that size may consist of; an installation of 25 MB has some 150,000 repositories.
_MOST_CONTAINERS = 250_000
_MOST_COMMAS = 1_500_000
_FORM = "application/x-www-form-urlencoded"
_MOST_FIELDS = 10
_EVENT = re.compile(rb"[a-z0-9_]{1,50}")
_GUID = re.compile(rb"[0-9A-Za-z-]{1,64}")

_log = structlog.get_logger()


class Listening:
    """What the door does: look at the headers, verify the signature while it receives, read, record, answer."""

    def __init__(self, intake: Intake, secrets: Sequence[bytes], receiving: Receiving, workshop: Workshop) -> None:
        self._intake = intake
        self._secrets = tuple(secrets)
        self._receiving = receiving
        self._workshop = workshop

    async def deliver(self, scope: Scope, receive: Receive) -> Answer:
        """A webhook delivery; one that was recorded before is taken again without a change."""
        if not self._secrets:
            raise Refusal(503, "GitHub is not listened to: no GITHUB_WEBHOOK_SECRET is set on this server")
        admit(scope, MAX_BODY, JSON, _FORM)
        signature = Signature(scope, self._secrets)
        event = _header(scope, "X-GitHub-Event", _EVENT, "the event's name")
        guid = _header(scope, "X-GitHub-Delivery", _GUID, "the delivery's id")
        body = await self._signed(receive, signature)
        metrics.delivered(event)
        if event not in EVENTS:
            return 200, {"message": "this event is not listened to"}
        told = await self._workshop.read(read_delivery, body, event, media_type(scope))
        if told.skipped:
            _log.warning("github_facts_skipped", event_name=event, guid=guid, reasons=told.skipped)
        outcome = await self._intake.submit(GithubDelivery(guid, event, tuple(told.facts)))
        message = "recorded" if outcome.number else "this delivery was recorded before"
        return 200, {"message": message, **({"skipped": told.skipped} if told.skipped else {})}

    async def _signed(self, receive: Receive, signature: Signature) -> bytes:
        pieces: list[bytes] = []

        def take(piece: bytes) -> None:
            signature.take(piece)
            pieces.append(piece)

        await self._receiving.pieces(receive, MAX_BODY, take)
        signature.check()
        return b"".join(pieces)


def read_delivery(body: bytes, event: str, sent_as: str) -> Gathered[Fact]:
    """What a delivery tells, whose body is of this media type."""
    payload = body if sent_as == JSON else _payload(body)
    if payload.count(b",") > _MOST_COMMAS:
        raise Refusal(400, f"the body has more than {_MOST_COMMAS:,} values")
    return parse(event, parse_json(payload, _MOST_CONTAINERS))


def failed(reason: str) -> dict[str, Any]:
    """A failure as GitHub words its own."""
    return {"message": reason}


def _payload(body: bytes) -> bytes:
    """The JSON that a form carries in a field."""
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise Refusal(400, "the form cannot be read: send one field, payload, percent-encoded UTF-8") from error
    payloads = [value for name, value in pairs if name == "payload"]
    if len(payloads) != 1:
        raise Refusal(400, f"the form has the field payload {len(payloads)} times; send it once")
    return payloads[0].encode()


def _header(scope: Scope, name: str, pattern: re.Pattern[bytes], meaning: str) -> str:
    sent: list[bytes] = [value for header, value in scope["headers"] if header == name.lower().encode()]
    if len(sent) != 1 or not pattern.fullmatch(sent[0]):
        raise Refusal(400, f"send one header {name} with {meaning}")
    return sent[0].decode()
