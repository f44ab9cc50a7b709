"""POST /extensions/HANDLE/webhooks/SOURCE: what others tell an extension, verified here before it hears of it."""

import asyncio
import re
import time
from concurrent.futures import Executor
from typing import Any

from starlette.types import Receive, Scope

from models.database.engine import Database
from models.events.extensions import ExtensionDelivery
from models.extensions.doors import OpenDoor, door_of
from models.extensions.manifest.words import HANDLE
from webhooks.bodies.receiving import Receiving, admit
from webhooks.bodies.strict_json import JSON, parse_json
from webhooks.extensions.recipes import verify
from webhooks.recording.intake import Intake
from webhooks.refusal import Refusal
from webhooks.routing.endpoint import Answer
from webhooks.shapes import RequestHeader

# As JSON within JSON it goes to the realm in one frame of 1 MiB.
MAX_BODY = 256 * 1024
_ID = re.compile(rb"[\x21-\x7e]{1,100}")


class ExtensionSources:
    """What the endpoint does: find whose it is, receive, verify, read, record, answer. No extension runs here."""

    def __init__(
        self, intake: Intake, database: Database, receiving: Receiving, strangers: Executor
    ) -> None:
        self._intake = intake
        self._database = database
        self._receiving = receiving
        self._strangers = strangers

    async def deliver(self, scope: Scope, receive: Receive) -> Answer:
        """A webhook; one that was recorded before is taken again without a change."""
        admit(scope, MAX_BODY, JSON)
        handle, name = scope["path_params"]["handle"], scope["path_params"]["source"]
        endpoint = await self._endpoint(handle, name)
        if endpoint is None:
            raise Refusal(404, "no extension that is on takes webhooks at this address")
        if endpoint.secret is None:
            raise Refusal(503, f"{endpoint.variable} is not set in this process")
        body = await self._receiving.whole(receive, MAX_BODY)
        secret = endpoint.secret.get_secret_value().encode()
        verify(endpoint.source.verify, secret, dict(scope["headers"]), body, time.time())
        header = RequestHeader(endpoint.source.id, _ID, " with the delivery's id", "")
        id_ = header.read(scope["headers"]).decode()
        said = parse_json(body)
        if not isinstance(said, dict):
            raise Refusal(400, "the body must be a JSON object")
        outcome = await self._intake.submit(ExtensionDelivery(handle, name, id_, said))
        recorded = "recorded" if outcome.number else "this delivery was recorded before"
        return 200, {"message": recorded}

    async def _endpoint(self, handle: str, name: str) -> OpenDoor | None:
        if HANDLE.fullmatch(handle) is None:
            return None
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._strangers, self._looked_up, handle, name)

    def _looked_up(self, handle: str, name: str) -> OpenDoor | None:
        with self._database.read() as session:
            return door_of(session, handle, name)


def failed(reason: str) -> dict[str, Any]:
    """A failure as logs of senders show it."""
    return {"message": reason}
