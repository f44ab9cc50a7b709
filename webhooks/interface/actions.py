"""The dictionary over HTTP: questions are asked by GET and acts done by POST; the answer is a Message in JSON."""

import asyncio
from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import asdict, replace
from typing import Any
from urllib.parse import parse_qsl

from starlette.types import Receive, Scope

from models.actions.action import Action, ActionKind, Misunderstood
from models.actions.asking import Asker
from models.actions.responding import Responder
from models.actions.schemas import listed, path_name
from models.messages.message import Message
from models.rules.authority import API
from models.rules.kinds import KeyKind
from models.rules.wanted import MOST
from webhooks.access.keys import KeyRing
from webhooks.access.throttle import LastMinute, Throttle
from webhooks.bodies.receiving import Receiving, admit
from webhooks.bodies.strict_json import JSON, parse_json
from webhooks.refusal import Refusal
from webhooks.routing.endpoint import Answer

# A form of the largest size that chat platforms take, and its command.
MAX_BODY = 96 * 1024
PER_MINUTE = 120
# What all strangers together may cost, however many networks they have.
STRANGERS_PER_MINUTE = 600

# Whoever shows no key: nobody in particular, who is told what the public pages tell.
_ANYONE = Asker(API, "", "", "somebody", channel="")


class Actions:
    """Questions and acts of the dictionary.

    Strangers wait for each other in `strangers`, robots in `robots`.
    """

    def __init__(
        self,
        responder: Responder,
        ring: KeyRing,
        receiving: Receiving,
        *,
        strangers: Executor,
        robots: Executor,
    ) -> None:
        self._responder = responder
        self._ring = ring
        self._receiving = receiving
        self._strangers = strangers
        self._robots = robots
        self._asked = LastMinute()
        self._throttle = Throttle(
            PER_MINUTE, STRANGERS_PER_MINUTE, "questions without a key", "ask again in a minute"
        )

    async def listing(self, _scope: Scope, _receive: Receive) -> Answer:
        """GET /actions: the dictionary, with the JSON Schema of what each action takes."""
        return 200, {"actions": [listed(action) for action in self._responder.dictionary]}

    async def ask(self, scope: Scope, _receive: Receive) -> Answer:
        """GET /actions/OWNER/NAME: the answer to a question, whose arguments are the query's parameters."""
        asker = await self._asker(scope)
        action = self._action(scope, ActionKind.QUESTION)
        return await self._answer(action, _asked(action, scope["query_string"]), asker)

    async def act(self, scope: Scope, receive: Receive) -> Answer:
        """POST /actions/OWNER/NAME: do something; its arguments are the body's properties."""
        asker = await self._asker(scope)
        if asker is _ANYONE:
            raise Refusal(401, "acting needs a robot's key: Authorization: Bearer KEY")
        action = self._action(scope, ActionKind.ACT)
        admit(scope, MAX_BODY, JSON)
        given = parse_json(await self._receiving.whole(receive, MAX_BODY))
        if not isinstance(given, dict):
            raise Refusal(400, "the body must be an object, with a property for each argument")
        if action.form:
            asker = replace(asker, filled=_filled(given.pop("form", {})))
        return await self._answer(action, given, asker)

    async def _asker(self, scope: Scope) -> Asker:
        if not any(name == b"authorization" for name, _ in scope["headers"]):
            self._throttle.admit(scope)
            return _ANYONE
        key = await self._ring.verify_bearer(scope, KeyKind.ROBOT, remembered=False)
        asked_by = str(key.key_id)
        if self._asked.count(asked_by) >= PER_MINUTE:
            raise Refusal(
                429, f"more than {PER_MINUTE} requests within a minute; ask again in a minute"
            )
        self._asked.add(asked_by)
        return Asker(API, API, key.name, key.name, channel=key.name, is_direct=True)

    def _action(self, scope: Scope, kind: ActionKind) -> Action:
        owner = scope["path_params"]["owner"]
        name = scope["path_params"]["name"]
        for action in self._responder.dictionary:
            if (action.owner, path_name(action)) != (owner, name):
                continue
            if action.kind is not kind:
                raise Refusal(405, f"{name} is {_WANTS[action.kind]}")
            return action
        raise Refusal(404, "there is no such action; GET /actions lists them")

    async def _answer(self, action: Action, given: Mapping[str, Any], asker: Asker) -> Answer:
        typed = self._responder.dictionary.given(action, given)
        threads = self._strangers if asker is _ANYONE else self._robots
        loop = asyncio.get_running_loop()
        message = await loop.run_in_executor(threads, self._responder.respond, typed, asker)
        return (400 if isinstance(typed.read, Misunderstood) else 200), message_json(message)


# Each plugin of a set to check is a parameter of its own.
_MOST_PARAMETERS = MOST + 50
_WANTS = {ActionKind.QUESTION: "a question: ask it by GET", ActionKind.ACT: "an act: do it by POST"}


def message_json(message: Message) -> dict[str, Any]:
    """A message as it is answered: its title, its tone and its blocks, each of a kind."""
    told = asdict(message)
    del told["calls"]  # nobody can be notified here
    if not message.form:
        del told["form"]
    return told


def _asked(action: Action, query: bytes) -> dict[str, Any]:
    """The arguments in a query string: a list where an argument is one, true or false where it is that."""
    try:
        pairs = parse_qsl(
            query.decode("latin-1"), keep_blank_values=True, max_num_fields=_MOST_PARAMETERS
        )
    except ValueError as error:
        raise Refusal(400, f"there are more than {_MOST_PARAMETERS} parameters") from error
    types = {argument.name: argument.schema.get("type") for argument in action.takes}
    given: dict[str, Any] = {}
    for name, value in pairs:
        if types.get(name) == "array":
            given.setdefault(name, []).append(value)
        elif name in given:
            raise Refusal(400, f"{name[:50]} stands twice; send it once")
        elif types.get(name) == "boolean" and value in _BOOLEANS:
            given[name] = _BOOLEANS[value]
        else:
            given[name] = value
    return given


_BOOLEANS = {"true": True, "false": False}


def _filled(form: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(form, dict) or not all(isinstance(words, str) for words in form.values()):
        raise Refusal(400, "form must be an object: the names of its fields with words")
    return tuple(form.items())


def failed(reason: str) -> dict[str, Any]:
    """A refusal as whoever asks reads it: a message like any other."""
    return message_json(Message(reason))
