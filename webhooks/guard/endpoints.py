"""What the endpoints that Plugin Guards post to do with a request."""

import asyncio
from concurrent.futures import Executor
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from starlette.types import Receive, Scope

from models.events import Outcome
from models.rules.key_limits import KeyLimit
from webhooks.access.keys import KeyRing
from webhooks.access.throttle import NewRows, Throttle
from webhooks.access.verified import Verified
from webhooks.bodies.receiving import Receiving, admit
from webhooks.bodies.strict_json import FORM, JSON
from webhooks.guard.reading import read_registration, read_report, read_statistics
from webhooks.recording.intake import Intake
from webhooks.refusal import Refusal
from webhooks.routing.endpoint import Answer
from webhooks.workers.worker import Worker

# What a plugin says when it fails may be megabytes, of which little is kept. A Guard sends a report only once.
MAX_REPORT = 8 * 1024 * 1024
MAX_REGISTRATION = 1024 * 1024
# What a server of a thousand plugins that work sends. A key that took too much may send no more.
MAX_HEARTBEATS = 256 * 1024
# A site of three hundred plugins tells 100 KB. No key is asked for, so that none may cost much.
MAX_STATISTICS = 256 * 1024


class Reporting:
    """What the endpoints do: look at the headers, verify the key, receive, read, record, answer.

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
        worker: Worker,
        strangers: Executor,
    ) -> None:
        self._intake = intake
        self._ring = ring
        self._throttle = throttle
        self._new_rows = NewRows()
        self._receiving = receiving
        self._guests = guests
        self._worker = worker
        self._strangers = strangers

    async def report(self, scope: Scope, receive: Receive) -> Answer:
        """POST /plugin-manager/status: what a site says of its plugins."""
        sent_as = admit(scope, MAX_REPORT, JSON, FORM)
        key = await self._ring.verify(scope)
        body = await self._reported(scope, receive, key)
        said = await self._worker.read(read_report, body, key, sent_as)
        outcome = await self._intake.submit(said)
        self._refuse_revoked(key, outcome)
        if outcome.beyond:
            await self._intake.note_beyond(key.key_id, outcome.beyond)
        errors = [{"plugin": error.name, "errors": [error.reason]} for error in outcome.errors]
        if not outcome.accepted:
            if outcome.beyond is KeyLimit.TIME:
                await self._intake.admit(key.key_id)
            return 200, {"failed": "FAILED", "errors": errors}
        return 200, {"success": "OK", "updated": outcome.accepted, "errors": errors}

    async def register(self, scope: Scope, receive: Receive) -> Answer:
        """POST /plugin-manager/user/register: the plugins that a site will report on."""
        sent_as, key, body = await self._verified(scope, receive, MAX_REGISTRATION)
        registration, domain = await self._worker.read(read_registration, body, key, sent_as)
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
        """POST /plugin-manager/statistics: which plugins a site runs.

        Anyone may tell, so it is rate-limited.
        """
        self._throttle.admit(scope)
        sent_as = admit(scope, MAX_STATISTICS, JSON, FORM)
        body = await self._guests.whole(receive, MAX_STATISTICS)
        told = await asyncio.get_running_loop().run_in_executor(
            self._strangers, read_statistics, body, sent_as
        )
        taken = self._new_rows.take(len(told.usages))
        added = 0
        try:
            added = (await self._intake.submit(replace(told, most_new=taken))).new
        finally:
            self._new_rows.give_back(taken - added)
        return 200, {"success": "OK"}

    async def validate_key(self, scope: Scope, _receive: Receive) -> Answer:
        """GET /plugin-manager/status/validate-key: whether the key is valid at this moment."""
        try:
            await self._ring.verify(scope, remembered=False)
        except Refusal:
            return 400, {"failed": "FAILED"}
        return 200, {"success": "OK"}

    async def _verified(
        self, scope: Scope, receive: Receive, limit: int
    ) -> tuple[str, Verified, bytes]:
        """The body's media type, who sends it, and the body."""
        sent_as = admit(scope, limit, JSON, FORM)
        key = await self._ring.verify(scope)
        await self._intake.admit(key.key_id)
        return sent_as, key, await self._receiving.whole(receive, limit)

    async def _reported(self, scope: Scope, receive: Receive, key: Verified) -> bytes:
        """The body of a report. By a key that took too much a small one, which may be a heartbeat."""
        if self._intake.accounts.refusal(key.key_id) is None:
            return await self._receiving.whole(receive, MAX_REPORT)
        try:
            admit(scope, MAX_HEARTBEATS, JSON, FORM)
            return await self._receiving.whole(receive, MAX_HEARTBEATS)
        except Refusal as error:
            if error.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
                await self._intake.admit(key.key_id)
            raise

    def _refuse_revoked(self, key: Verified, outcome: Outcome) -> None:
        if outcome.refused:
            self._ring.forget(key.key_id)
            raise Refusal(401, outcome.refused)


def failed(*reasons: str) -> dict[str, Any]:
    """A failure as a Guard reads it."""
    return {"failed": "FAILED", "errors": list(reasons)}
