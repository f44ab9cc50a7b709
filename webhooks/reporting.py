"""What the doors that Plugin Guards post to do with a request."""

from typing import Any

from starlette.types import Receive, Scope

from models.events import Outcome, Reporter
from models.keys import KeyRequestError, normal_domain
from models.tables import KeyKind, SiteKind
from webhooks.body import read_json
from webhooks.door import Answer
from webhooks.guard import MAX_BRANCH, parse_registration, parse_report, parse_statistics
from webhooks.intake import Intake
from webhooks.keys import KeyRing, Verified
from webhooks.refusal import Refusal
from webhooks.throttle import Throttle

MAX_BODY = 1024 * 1024

_STANDS_FOR = {KeyKind.SITE: SiteKind.CANARY, KeyKind.USER: SiteKind.CLIENT}


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
    return Reporter(key.key_id, _STANDS_FOR[key.kind], domain or key.domain or key.name)


def _normal(domain: str) -> str:
    """The domain as keys are bound to it; one that is none, such as an address with a port, only in lower case."""
    try:
        return normal_domain(domain)
    except KeyRequestError:
        return domain.strip().lower()


def failed(*reasons: str) -> dict[str, Any]:
    """A failure as a Guard reads it."""
    return {"failed": "FAILED", "errors": list(reasons)}
