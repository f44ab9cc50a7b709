"""The doors that Plugin Guards post to. Plain ASGI: they are the hot path, and need nothing that a framework adds."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.types import Receive, Scope, Send

from models.events import Outcome, Reporter
from models.keys import KeyRequestError, normal_domain
from webhooks import metrics
from webhooks.body import read_json
from webhooks.guard import MAX_BRANCH, parse_registration, parse_report, parse_statistics
from webhooks.intake import Intake, NotStored
from webhooks.keys import KeyRing, Verified
from webhooks.refusal import Refusal
from webhooks.throttle import Throttle

MAX_BODY = 1024 * 1024

Answer = tuple[int, dict[str, Any]]


class Door:
    """An ASGI endpoint: `answer` gets the request and returns a status and what to say, or raises a Refusal."""

    def __init__(self, answer: Callable[[Scope, Receive], Awaitable[Answer]]) -> None:
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer in the shape that a Guard understands, whatever happens."""
        try:
            status, said = await self._answer(scope, receive)
        except Refusal as refusal:
            metrics.REFUSED.labels(refusal.status).inc()
            status, said = refusal.status, failed(refusal.reason)
        except NotStored as error:
            status, said = 503, failed(f"the report is not stored: {error}; send it again")
        await respond(send, status, said)


class Reporting:
    """What the doors do: read within limits, verify the key, parse, record, answer.

    The limits come first, because they cost less than looking a key up.
    """

    def __init__(self, intake: Intake, ring: KeyRing, throttle: Throttle) -> None:
        self._intake = intake
        self._ring = ring
        self._throttle = throttle

    async def report(self, scope: Scope, receive: Receive) -> Answer:
        """POST /plugin-manager/status: what a site says of its plugins."""
        body = await read_json(scope, receive, MAX_BODY)
        key = await self._ring.verify(scope)
        outcome = await self._intake.submit(parse_report(body, _reporter(key, body)))
        self._refuse_revoked(key, outcome)
        errors = [{"plugin": error.name, "errors": [error.reason]} for error in outcome.errors]
        if not outcome.accepted:
            return 200, {"failed": "FAILED", "errors": errors}
        return 200, {"success": "OK", "updated": outcome.accepted, "errors": errors}

    async def register(self, scope: Scope, receive: Receive) -> Answer:
        """POST /plugin-manager/user/register: the plugins that a site will report on."""
        body = await read_json(scope, receive, MAX_BODY)
        key = await self._ring.verify(scope)
        reporter = _reporter(key, body)
        outcome = await self._intake.submit(parse_registration(body, reporter))
        self._refuse_revoked(key, outcome)
        if not outcome.accepted:
            return 200, failed("none of these plugins is in the master list")
        return 200, {
            "success": "OK",
            "user_id": key.key_id,
            "domain": body.get("domain") or reporter.domain,
            "plugins": outcome.accepted,
            "updated_at": outcome.at.isoformat(timespec="milliseconds") if outcome.at else None,
        }

    async def statistics(self, scope: Scope, receive: Receive) -> Answer:
        """POST /plugin-manager/statistics: which plugins a site runs. Anyone may tell, so it is rate-limited."""
        self._throttle.admit(scope)
        body = await read_json(scope, receive, MAX_BODY)
        await self._intake.submit(parse_statistics(body))
        return 200, {"success": "OK"}

    async def validate_key(self, scope: Scope, _receive: Receive) -> Answer:
        """GET /plugin-manager/status/validate-key: whether the key is valid at this moment."""
        try:
            await self._ring.verify(scope, remembered=False)
        except Refusal:
            return 400, {"failed": "FAILED"}
        return 200, {"success": "OK"}

    def _refuse_revoked(self, key: Verified, outcome: Outcome) -> None:
        if outcome.refused:
            self._ring.forget(key.key_id)
            raise Refusal(401, outcome.refused)


def _reporter(key: Verified, body: Any) -> Reporter:
    """The site that speaks. A user key speaks for its own domain only; a site key may serve several canary servers."""
    sent = body.get("domain") if isinstance(body, dict) else None
    if sent is not None and (not isinstance(sent, str) or len(sent) > MAX_BRANCH or not sent.isprintable()):
        raise Refusal(400, "domain must be the site's host name")
    domain = _normal(sent or "")
    if key.domain and domain not in {"", key.domain}:
        raise Refusal(403, "this key belongs to another domain; report with the key of this one")
    return Reporter(key.key_id, key.kind, domain or key.domain or key.name)


def _normal(domain: str) -> str:
    """The domain as keys are bound to it; one that is none, such as an address with a port, only in lower case."""
    try:
        return normal_domain(domain)
    except KeyRequestError:
        return domain.strip().lower()


def failed(*reasons: str) -> dict[str, Any]:
    """A failure as a Guard reads it."""
    return {"failed": "FAILED", "errors": list(reasons)}


async def respond(send: Send, status: int, said: dict[str, Any]) -> None:
    """Send a JSON answer."""
    body = json.dumps(said).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    if status == 503:
        headers.append((b"retry-after", b"5"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
