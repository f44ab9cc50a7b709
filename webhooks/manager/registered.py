"""Which plugins a key's site registered, as the Plugin Manager's clients read it: `users/NAME/plugins/registered`."""

import asyncio
from datetime import UTC, datetime
from itertools import product
from typing import Any

from starlette.routing import Route
from starlette.types import Receive, Scope

from models.database.engine import Database
from models.queries.registrations import registrations
from models.rules.kinds import KeyKind
from webhooks.access.keys import KeyRing
from webhooks.guard.endpoints import failed
from webhooks.refusal import Refusal
from webhooks.routing.endpoint import Answer, Endpoint

_PATH = "/users/{username}/plugins/registered"
# The Plugin Manager is mounted at the first; people's pages stand at a Discourse's own root.
_PLACES = ("/plugin-manager", "")


class Registered:
    """The endpoint. Which sites report is theirs to tell, so each key is told its own."""

    def __init__(self, database: Database, ring: KeyRing) -> None:
        self._database = database
        self._ring = ring

    def routes(self) -> list[Route]:
        """Where it is, with and without `.json`."""
        endpoint = Endpoint(self.answer, failed)
        paths = [place + _PATH + suffix for place, suffix in product(_PLACES, ("", ".json"))]
        return [Route(path, endpoint, methods=["GET"]) for path in paths]

    async def answer(self, scope: Scope, _receive: Receive) -> Answer:
        """The registrations of the user that the key stands for, who is named by the key's name, domain or number."""
        key = await self._ring.verify(scope, remembered=False)
        username = str(scope["path_params"]["username"]).casefold()
        names = {key.name.casefold(), key.domain or "", str(key.key_id)}
        if key.kind is not KeyKind.USER or key.domain is None or username not in names:
            raise Refusal(403, "a User-Api-Key reads the registrations of its own user")
        return 200, await asyncio.to_thread(self._read, key.domain)

    def _read(self, domain: str) -> list[dict[str, Any]]:
        with self._database.read() as session:
            found = registrations(session, domain, datetime.now(UTC))
        return [
            {"name": name, "domain": site, "updated_at": at.strftime("%Y-%m-%d %H:%M:%S")}
            for name, site, at in found
        ]
