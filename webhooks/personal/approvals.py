"""Where a site's admin asks for a key, as on Discourse: `/user-api-key/new`, and a page for each request."""

import secrets
from datetime import UTC, datetime
from urllib.parse import parse_qsl

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.routing import BaseRoute, Route

from models.database.engine import Database
from models.events.key_requests import FileWanted, KeyAsked, KeyTaken
from models.messages.key_requests import asked_message, file_message, guardian_message
from models.queries.key_requests import key_request
from models.rules.key_requests import PROOF_LIFE, code_of
from models.rules.speaking import marked
from models.views.key_requests import KeyRequestView
from webhooks.access.throttle import Throttle
from webhooks.bodies.receiving import Receiving, admit
from webhooks.bodies.strict_json import FORM
from webhooks.pages.asked import Page, in_turn, keep_private, or_reason, to
from webhooks.pages.render import draw, policy
from webhooks.personal.asked_key import read_asked
from webhooks.recording.intake import Intake
from webhooks.refusal import Refusal

# A form with an RSA key of 4,096 bits takes 3 KB.
_MOST_BYTES = 16 * 1024
_MOST_FIELDS = 20
# A person asks once; everyone together far less often.
_OF_ONE, _OF_ALL = 10, 60
_SECONDS_BETWEEN_LOOKS = 5
_NEW = "/user-api-key/new"
_REQUEST = "/user-api-key/requests/{token}"


class Approvals:
    """The pages. Nothing is stored before somebody presses a button, and a request is found by its token alone.

    `private_hosts` are sites in the operator's own network.
    """

    def __init__(
        self,
        database: Database,
        intake: Intake,
        receiving: Receiving,
        private_hosts: frozenset[str] = frozenset(),
    ) -> None:
        self._database = database
        self._intake = intake
        self._receiving = receiving
        self._private = private_hosts
        self._throttle = Throttle(_OF_ONE, _OF_ALL, "requests for keys", "wait a minute")

    def routes(self) -> list[BaseRoute]:
        """Where they are."""
        pages: tuple[tuple[str, Page, str], ...] = (
            (_NEW, self._show_asked, "GET"),
            (_NEW, self._ask, "POST"),
            (_REQUEST, self._show_request, "GET"),
            (f"{_REQUEST}/file", self._want_file, "POST"),
            (f"{_REQUEST}/key", self._take_key, "POST"),
        )
        return [
            Route(path, or_reason(page, marked("No key was asked for")), methods=[method])
            for path, page, method in pages
        ]

    async def _show_asked(self, request: Request) -> Response:
        """What the site asks for."""
        return await in_turn(request, lambda: self._asked_page(request.url.query))

    def _asked_page(self, query: str) -> Response:
        fields = _fields(query)
        asked = read_asked(fields, self._private)
        return draw("key_asked", fields=fields, path=_NEW, message=asked_message(asked))

    async def _ask(self, request: Request) -> Response:
        """The button below it: the request is stored, and has a page from then on."""
        self._throttle.admit(request.scope)
        admit(request.scope, _MOST_BYTES, FORM)
        body = await self._receiving.whole(request.receive, _MOST_BYTES)
        asked = read_asked(_fields(body.decode("utf-8", "replace")), self._private)
        token = secrets.token_urlsafe(32)
        await self._intake.submit(KeyAsked(token, asked))
        return to(_REQUEST.format(token=token))

    async def _show_request(self, request: Request) -> Response:
        """How far the request is, and what is to be done."""
        token = request.path_params["token"]
        return await in_turn(request, lambda: self._request_page(token))

    def _request_page(self, token: str) -> Response:
        found = self._found(token)
        code = code_of(token)
        response = draw(
            "key_request",
            request=found,
            page=_REQUEST.format(token=token),
            by_file=file_message(found, code),
            by_word=guardian_message(found, code),
            until=found.proven_at + PROOF_LIFE if found.proven_at else None,
        )
        # The last button leads away, to the domain that was proven.
        response.headers["Content-Security-Policy"] = policy(found.origin)
        if found.is_looked_for:
            response.headers["Refresh"] = str(_SECONDS_BETWEEN_LOOKS)
        return keep_private(response)

    async def _want_file(self, request: Request) -> Response:
        """The button that says that the file is there."""
        return await self._act(request, FileWanted(request.path_params["token"]))

    async def _take_key(self, request: Request) -> Response:
        """The button that leads back to the site, with the key; pressed again, with the same one."""
        token = request.path_params["token"]
        answer = await self._act(request, KeyTaken(token))
        found = await run_in_threadpool(self._found, token)
        return to(found.answer) if found.answer else answer

    async def _act(self, request: Request, event: FileWanted | KeyTaken) -> Response:
        await run_in_threadpool(self._found, event.token)
        self._throttle.admit(request.scope)
        await self._intake.submit(event)
        return to(_REQUEST.format(token=event.token))

    def _found(self, token: str) -> KeyRequestView:
        with self._database.read() as session:
            found = key_request(session, token, datetime.now(UTC))
        if found is None:
            raise Refusal(
                404, "this request is over, or was never made: begin again on your own site"
            )
        return found


def _fields(form: str) -> dict[str, str]:
    try:
        return dict(parse_qsl(form, max_num_fields=_MOST_FIELDS))
    except ValueError as error:
        raise Refusal(400, f"there are more than {_MOST_FIELDS} fields") from error
