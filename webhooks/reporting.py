"""What the doors that Plugin Guards post to do with a request.

What reads a body is a function of this module, so that a process beside this one can do it as well.
"""

import asyncio
from concurrent.futures import Executor
from typing import Any

from starlette.types import Receive, Scope

from models.events import GuardReport, Outcome, Registration, Reporter, Statistics
from models.operating.keys import KeyRequestError, normal_domain
from models.rules.clean import REPLACEMENT
from models.tables import KeyKind, SiteKind
from webhooks.body import parse_json
from webhooks.door import Answer
from webhooks.guard import MAX_BRANCH, parse_registration, parse_report, parse_statistics
from webhooks.intake import Intake
from webhooks.keys import KeyRing, Verified
from webhooks.receiving import JSON, Receiving, admit
from webhooks.refusal import Refusal
from webhooks.throttle import Throttle
from webhooks.workshop import Workshop

# What a plugin says when it fails may be megabytes, of which little is kept. A Guard sends a report only once.
MAX_REPORT = 8 * 1024 * 1024
MAX_REGISTRATION = 1024 * 1024
# A site of three hundred plugins tells 100 KB. No key is asked for, so that none may cost much.
MAX_STATISTICS = 256 * 1024

_STANDS_FOR = {KeyKind.SITE: SiteKind.CANARY, KeyKind.USER: SiteKind.CLIENT}


class Reporting:
    """What the doors do: look at the headers, verify the key, receive, read, record, answer.

    `guests` are received without a key, and what they tell is read by the threads of `strangers`.
    """

    def __init__(
        self,
        intake: Intake,
        ring: KeyRing,
        throttle: Throttle,
        *,
        receiving: Receiving,
        guests: Receiving,
        workshop: Workshop,
        strangers: Executor,
    ) -> None:
        self._intake = intake
        self._ring = ring
        self._throttle = throttle
        self._receiving = receiving
        self._guests = guests
        self._workshop = workshop
        self._strangers = strangers

    async def report(self, scope: Scope, receive: Receive) -> Answer:
        """POST /plugin-manager/status: what a site says of its plugins."""
        key, body = await self._verified(scope, receive, MAX_REPORT)
        outcome = await self._intake.submit(await self._workshop.read(read_report, body, key))
        self._refuse_revoked(key, outcome)
        errors = [{"plugin": error.name, "errors": [error.reason]} for error in outcome.errors]
        if not outcome.accepted:
            return 200, {"failed": "FAILED", "errors": errors}
        return 200, {"success": "OK", "updated": outcome.accepted, "errors": errors}

    async def register(self, scope: Scope, receive: Receive) -> Answer:
        """POST /plugin-manager/user/register: the plugins that a site will report on."""
        key, body = await self._verified(scope, receive, MAX_REGISTRATION)
        registration, domain = await self._workshop.read(read_registration, body, key)
        outcome = await self._intake.submit(registration)
        self._refuse_revoked(key, outcome)
        if not outcome.accepted:
            reasons = {f"the site {error.reason}" for error in outcome.errors}
            return 200, failed(*(reasons or ["none of these plugins is in the master list"]))
        return 200, {
            "success": "OK",
            "user_id": key.key_id,
            "domain": domain,
            "plugins": outcome.accepted,
            "updated_at": outcome.at.isoformat(timespec="milliseconds") if outcome.at else None,
        }

    async def statistics(self, scope: Scope, receive: Receive) -> Answer:
        """POST /plugin-manager/statistics: which plugins a site runs. Anyone may tell, so it is rate-limited."""
        self._throttle.admit(scope)
        admit(scope, MAX_STATISTICS, JSON)
        body = await self._guests.whole(receive, MAX_STATISTICS)
        told = await asyncio.get_running_loop().run_in_executor(self._strangers, read_statistics, body)
        await self._intake.submit(told)
        return 200, {"success": "OK"}

    async def validate_key(self, scope: Scope, _receive: Receive) -> Answer:
        """GET /plugin-manager/status/validate-key: whether the key is valid at this moment."""
        try:
            await self._ring.verify(scope, remembered=False)
        except Refusal:
            return 400, {"failed": "FAILED"}
        return 200, {"success": "OK"}

    async def _verified(self, scope: Scope, receive: Receive, limit: int) -> tuple[Verified, bytes]:
        admit(scope, limit, JSON)
        key = await self._ring.verify(scope)
        return key, await self._receiving.whole(receive, limit)

    def _refuse_revoked(self, key: Verified, outcome: Outcome) -> None:
        if outcome.refused:
            self._ring.forget(key.key_id)
            raise Refusal(401, outcome.refused)


def read_report(body: bytes, key: Verified) -> GuardReport:
    """What the body reports."""
    value = parse_json(body)
    return parse_report(value, _reporter(key, value))


def read_registration(body: bytes, key: Verified) -> tuple[Registration, str]:
    """What the body registers, and the domain as it was sent.

    A canary server has nothing to register: its key reports on any plugin, and could speak for any domain here.
    """
    if key.kind is not KeyKind.USER:
        raise Refusal(403, "only client sites register, with a user key; a site key reports on any plugin as it is")
    value = parse_json(body)
    reporter = _reporter(key, value)
    return parse_registration(value, reporter), value.get("domain") or reporter.domain


def read_statistics(body: bytes) -> Statistics:
    """What the body tells."""
    return parse_statistics(parse_json(body))


def _reporter(key: Verified, body: Any) -> Reporter:
    """The site that speaks. A user key speaks for its own domain only; a site key may serve several canary servers."""
    sent = body.get("domain") if isinstance(body, dict) else None
    if isinstance(sent, str) and REPLACEMENT in sent:
        sent = None  # whose it is, the key says
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
