"""What a realm may ask of the host while it is called: a question of the dictionary, something to be fetched, and its
own rows.
"""

import json
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from jobs.realms.errors import RefusedError
from jobs.realms.fetching import Fetcher
from jobs.realms.own_rows import own_rows
from models.actions.action import Action, ActionKind, Asked, Misunderstood
from models.actions.asking import Asker
from models.actions.responding import Responder, is_about_trust
from models.database.engine import Database
from models.extensions.manifest import Manifest
from models.messages.drawing import in_words
from models.messages.realms import not_from_there
from models.messages.words import clip
from models.rules.authority import API

# Nobody in particular, who is told what the public pages tell.
ANYONE = Asker(API, "", "", "somebody", channel="")


_Id = Annotated[str, StringConstraints(min_length=1, max_length=255)]


class _AskedThere(BaseModel):
    """Who asks what in the chat that an extension brings, and where."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    workspace: _Id
    user: _Id
    name: _Id
    channel: _Id
    channel_name: Annotated[str, StringConstraints(max_length=255)] = ""
    is_direct: bool = False
    words: Annotated[str, StringConstraints(max_length=4_000)]


class Services:
    """Serves one call of an extension, on behalf of the person who asks it."""

    def __init__(
        self,
        manifest: Manifest,
        responder: Responder,
        fetcher: Fetcher,
        asker: Asker,
        database: Database,
        run: str = "",
    ) -> None:
        self._manifest = manifest
        self._may = manifest.may
        self._database = database
        self._responder = responder
        self._fetcher = fetcher
        self._asker = asker
        self._run = run

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
            case "answer":
                return self._answer(params)
            case _:
                raise RefusedError(
                    f"there is no {clip(method)}; there are ask, fetch, rows and answer"
                )

    def _answer(self, params: dict[str, Any]) -> dict[str, Any]:
        """The answer to somebody who asks in the extension's own chat, as a person of the platform named by it."""
        if self._run not in _asking_through(self._manifest):
            raise RefusedError("no place of its manifest is asked in through this handler")
        try:
            asked = _AskedThere.model_validate(params)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            words = f"answer: {'.'.join(map(str, first['loc']))}: {first['msg']}"
            raise RefusedError(words) from error
        asker = Asker(platform=self._manifest.handle, **asked.model_dump(exclude={"words"}))
        typed = self._responder.dictionary.typed(asked.words)
        if isinstance(typed.read, Asked) and self._is_barred(typed.read.action):
            answer = not_from_there(typed.read.action.name)
        else:
            answer = self._responder.respond(typed, asker)
        told: dict[str, Any] = json.loads(answer.to_json())
        return {"message": told, "words": in_words(answer)}

    def _is_barred(self, action: Action) -> bool:
        """Whether it is about trust, or would be answered by the very realm that waits for the answer."""
        return is_about_trust(action) or action.owner == self._manifest.handle

    def _ask(self, params: dict[str, Any]) -> dict[str, Any]:
        name = params.get("question")
        given = params.get("arguments", {})
        if self._may.read == "nothing":
            raise RefusedError("its manifest asks for no permission to read: may.read")
        action = self._responder.dictionary.get(name) if isinstance(name, str) else None
        if action is None or action.kind is not ActionKind.QUESTION or not isinstance(given, dict):
            raise RefusedError(f"there is no question {clip(str(name))}")
        if action.is_contributed:
            raise RefusedError(f"{clip(action.name)} is no question of Pluginwatch itself")
        typed = self._responder.dictionary.given(action, given)
        if isinstance(typed.read, Misunderstood):
            raise RefusedError(str(typed.read.problem))
        asker = self._asker if self._may.read == "asker" else ANYONE
        told: dict[str, Any] = json.loads(self._responder.respond(typed, asker).to_json())
        return told


def _asking_through(manifest: Manifest) -> set[str]:
    """The handlers through which people ask in the extension's own chat."""
    through = {each.through for each in manifest.place}
    found = {each.run for each in manifest.source if each.name in through}
    return found | {each.run for each in manifest.job if each.name in through}
