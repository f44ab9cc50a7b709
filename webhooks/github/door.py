"""POST /github/webhooks."""

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl

from starlette.types import Receive, Scope

from models.events import GithubDelivery
from webhooks import metrics
from webhooks.body import media_type, parse_json, read_body
from webhooks.door import Answer
from webhooks.github.parsing import EVENTS, parse
from webhooks.intake import Intake
from webhooks.refusal import Refusal
from webhooks.signatures import verify

MAX_BODY = 25 * 1024 * 1024  # GitHub's own limit

_JSON, _FORM = "application/json", "application/x-www-form-urlencoded"
_MOST_FIELDS = 10
_EVENT = re.compile(rb"[a-z_]{1,50}")
_GUID = re.compile(rb"[0-9A-Za-z-]{1,64}")


class Listening:
    """What the door does: read within limits, verify the signature, parse, record, answer."""

    def __init__(self, intake: Intake, secrets: Sequence[bytes]) -> None:
        self._intake = intake
        self._secrets = tuple(secrets)

    async def deliver(self, scope: Scope, receive: Receive) -> Answer:
        """A webhook delivery; one that was recorded before is taken again without a change."""
        if not self._secrets:
            raise Refusal(503, "GitHub is not listened to: no GITHUB_WEBHOOK_SECRET is set on this server")
        body = await read_body(scope, receive, MAX_BODY, _JSON, _FORM)
        verify(scope, body, self._secrets)
        event = _header(scope, "X-GitHub-Event", _EVENT, "the event's name")
        guid = _header(scope, "X-GitHub-Delivery", _GUID, "the delivery's id")
        metrics.delivered(event)
        if event not in EVENTS:
            return 200, {"message": "this event is not listened to"}
        delivery = GithubDelivery(guid, event, parse(event, parse_json(_payload(scope, body))))
        outcome = await self._intake.submit(delivery)
        return 200, {"message": "recorded" if outcome.number else "this delivery was recorded before"}


def failed(reason: str) -> dict[str, Any]:
    """A failure as GitHub words its own."""
    return {"message": reason}


def _payload(scope: Scope, body: bytes) -> bytes:
    """The JSON, which a form carries in a field."""
    if media_type(scope) == _JSON:
        return body
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
