"""Sets of plugins that are sent to `/check`, by the form of its page or as JSON, and the answer in the same way.

A pasted app.yml may hold passwords and tokens, so it never stands in an address.
"""

from typing import Any, NamedTuple
from urllib.parse import parse_qs

from fastapi import Request
from fastapi.responses import JSONResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.routing import BaseRoute, Route

from models.database.engine import Database
from models.metadata.wanted_set import LONGEST
from models.rules.clean import clean
from models.rules.speaking import marked
from webhooks.access.throttle import Throttle
from webhooks.bodies.receiving import Receiving, admit
from webhooks.bodies.strict_json import FORM, JSON, parse_json
from webhooks.interface.actions import failed, message_json
from webhooks.pages.asked import keep_private, or_reason
from webhooks.pages.checking import CheckedSet, CheckForm, check_page, checked, known_branches
from webhooks.refusal import Refusal
from webhooks.shared_answers import SharedAnswers

_PATH = "/check"
# In a form an English letter takes one byte, a line's end six at the most, and a Chinese letter nine. An app.yml is
# English, so that more than LONGEST letters of it fit in.
_MOST_BYTES = 4 * LONGEST
_OF_ONE, _OF_ALL = 30, 120
_TEXTS = {"type": "string"}
_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "branch": {
            **_TEXTS,
            "description": "The host branch; unless you say, the first one that runs such plugins",
        },
        "at": {**_TEXTS, "description": "The host's version there, such as 3.5.0"},
        "before": {**_TEXTS, "description": "The host branch that they run on now"},
        "plugins": {
            "description": "An app.yml, a list as text, or a list of names and addresses with versions",
            "oneOf": [_TEXTS, {"type": "array", "items": _TEXTS}],
        },
    },
    "required": ["plugins"],
    "additionalProperties": False,
}
DOORS: dict[str, Any] = {
    _PATH: {
        "post": {
            "summary": "Whether the plugins of an app.yml, or of a list, would work together",
            "description": "The answer is a Message with `answer` (works, works with pins, not known, breaks), "
            "`plugins`, as they were read, and `ecosystem`, where the kind of file says whose they are; "
            "to a form it is the page, unless JSON is asked for by Accept.",
            "tags": ["actions"],
            "requestBody": {
                "required": True,
                "content": {JSON: {"schema": _SCHEMA}, FORM: {"schema": _SCHEMA}},
            },
            "responses": {
                "200": {"description": "The answer"},
                "400": {"description": "What was sent cannot be read; the message says why"},
                "413": {"description": f"The body is larger than {_MOST_BYTES // 1024} KiB"},
                "429": {"description": "Too many requests within a minute"},
            },
        }
    }
}


class CheckedSets:
    """The endpoint. Anyone may ask, a few times a minute."""

    def __init__(self, database: Database, receiving: Receiving) -> None:
        self._database = database
        self._receiving = receiving
        self._throttle = Throttle(_OF_ONE, _OF_ALL, "sets to check", "wait a minute")

    def routes(self) -> list[BaseRoute]:
        """Where it is."""
        return [Route(_PATH, self._answer, methods=["POST"])]

    async def _answer(self, request: Request) -> Response:
        wants_json = JSON in request.headers.get("accept", "")
        if wants_json or request.headers.get("content-type", "").startswith(JSON):
            try:
                return keep_private(await self._json(request))
            except Refusal as refusal:
                return JSONResponse(failed(refusal.reason), refusal.status)
        return await or_reason(self._page, marked("This set cannot be checked"))(request)

    async def _page(self, request: Request) -> Response:
        sent = await self._sent(request)
        shared_answers: SharedAnswers = request.app.state.shared_answers
        page = await shared_answers.own(lambda: run_in_threadpool(self._drawn, sent))
        return keep_private(page)

    async def _json(self, request: Request) -> Response:
        sent = await self._sent(request)
        shared_answers: SharedAnswers = request.app.state.shared_answers
        return await shared_answers.own(lambda: run_in_threadpool(self._told, sent))

    def _drawn(self, sent: "_Sent") -> Response:
        return check_page(self._database, sent.form())

    def _told(self, sent: "_Sent") -> Response:
        form = sent.form()
        branches = known_branches(self._database)
        if form.branch and form.branch not in branches:
            return JSONResponse(failed(f"branch must be one of {', '.join(branches)}"), 400)
        found = checked(self._database, form, branches)
        return JSONResponse(_json(found), 200 if found.view else 400)

    async def _sent(self, request: Request) -> "_Sent":
        self._throttle.admit(request.scope)
        sent_as = admit(request.scope, _MOST_BYTES, JSON, FORM)
        return _Sent(sent_as, await self._receiving.whole(request.receive, _MOST_BYTES))


class _Sent(NamedTuple):
    """A body as it came, which takes too long to read for the event loop."""

    media_type: str
    body: bytes

    def form(self) -> CheckForm:
        """What it asks.

        Raises:
            Refusal: 400: it cannot be read.
        """
        return _of_json(self.body) if self.media_type == JSON else _of_form(self.body)


def _json(found: CheckedSet) -> dict[str, Any]:
    told = message_json(found.message)
    if found.view:
        told["answer"] = found.view.answer
        told["ecosystem"] = found.wanted.ecosystem
        told["plugins"] = [
            {"name": name, "version": version} for name, version in found.wanted.members
        ]
    return told


def _of_form(body: bytes) -> CheckForm:
    try:
        fields = parse_qs(body.decode("utf-8", "replace"), max_num_fields=len(CheckForm._fields))
    except ValueError as error:
        raise Refusal(400, f"the form has more than {len(CheckForm._fields)} fields") from error
    return _checked_form({name: clean(values[0]) for name, values in fields.items()})


def _of_json(body: bytes) -> CheckForm:
    given = parse_json(body)
    if not isinstance(given, dict):
        raise Refusal(400, "the body must be an object with `plugins`, and `branch` if you like")
    plugins = given.get("plugins")
    if isinstance(plugins, list) and all(isinstance(each, str) for each in plugins):
        given["plugins"] = "\n".join(plugins)
    return _checked_form(given)


def _checked_form(given: dict[str, Any]) -> CheckForm:
    for name, value in given.items():
        if name not in CheckForm._fields:
            raise Refusal(
                400, f"{name[:50]!r} is not asked for; send branch, at, runtime, before, plugins"
            )
        if not isinstance(value, str):
            raise Refusal(400, f"{name} must be a text; plugins may be a list of texts, too")
    return CheckForm(**given)
