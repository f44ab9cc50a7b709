"""What a realm may ask of the host while it is called: a question of the dictionary, something to be fetched, and its
own rows.
"""

import json
from typing import Any

from jobs.realms.errors import RefusedError
from jobs.realms.fetching import Fetcher
from jobs.realms.own_rows import own_rows
from models.actions.action import ActionKind, Misunderstood
from models.actions.asking import Asker
from models.actions.responding import Responder
from models.database.engine import Database
from models.extensions.manifest import Manifest
from models.messages.words import clip
from models.rules.authority import API

# Nobody in particular, who is told what the public pages tell.
ANYONE = Asker(API, "", "", "somebody", channel="")


class Services:
    """Serves one call of an extension, on behalf of the person who asks it."""

    def __init__(
        self,
        manifest: Manifest,
        responder: Responder,
        fetcher: Fetcher,
        asker: Asker,
        database: Database,
    ) -> None:
        self._manifest = manifest
        self._may = manifest.may
        self._database = database
        self._responder = responder
        self._fetcher = fetcher
        self._asker = asker

    def serve(self, method: str, params: dict[str, Any], seconds: float) -> Any:
        """Answer what the realm asks.

        Raises:
            RefusedError: it may not ask that.
        """
        match method:
            case "ask":
                return self._ask(params)
            case "fetch":
                return self._fetcher.fetch(params, seconds)
            case "rows":
                return own_rows(self._database, self._manifest, params)
            case _:
                raise RefusedError(f"there is no {clip(method)}; there are ask, fetch and rows")

    def _ask(self, params: dict[str, Any]) -> dict[str, Any]:
        name = params.get("question")
        given = params.get("arguments", {})
        if self._may.read == "nothing":
            raise RefusedError("its manifest asks for no permission to read: may.read")
        action = self._responder.dictionary.get(name) if isinstance(name, str) else None
        if action is None or action.kind is not ActionKind.QUESTION or not isinstance(given, dict):
            raise RefusedError(f"there is no question {clip(str(name))}")
        typed = self._responder.dictionary.given(action, given)
        if isinstance(typed.read, Misunderstood):
            raise RefusedError(typed.read.problem)
        asker = self._asker if self._may.read == "asker" else ANYONE
        told: dict[str, Any] = json.loads(self._responder.respond(typed, asker).to_json())
        return told
