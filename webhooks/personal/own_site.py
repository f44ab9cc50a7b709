"""Where whoever has a site's key sees their site: `/site`, and a page for an hour behind a signed link."""

from datetime import UTC, datetime
from urllib.parse import parse_qs, quote

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.routing import BaseRoute, Route

from models.database.engine import Database
from models.operating.signing import ExpiredLinkError, ForgedLinkError, Signer
from models.queries.own_site import sites_of_key
from models.rules.speaking import marked
from webhooks.access.keys import KeyRing
from webhooks.access.throttle import Throttle
from webhooks.bodies.receiving import Receiving, admit
from webhooks.bodies.strict_json import FORM
from webhooks.pages.asked import Page, in_turn, keep_private, or_reason, to
from webhooks.pages.render import draw
from webhooks.refusal import Refusal

_MOST_BYTES = 2_000
_OF_ONE, _OF_ALL = 10, 120
_PATH = "/site"
_AGAIN = "give the key again"


class OwnSites:
    """The pages. A key comes in a header or a form's body, never in an address."""

    def __init__(
        self, database: Database, ring: KeyRing, receiving: Receiving, signer: Signer
    ) -> None:
        self._database = database
        self._ring = ring
        self._receiving = receiving
        self._signer = signer
        self._throttle = Throttle(_OF_ONE, _OF_ALL, "requests", "wait a minute")

    def routes(self) -> list[BaseRoute]:
        """Where they are."""
        pages: tuple[tuple[str, Page, str], ...] = (
            (_PATH, self._ask, "GET"),
            (_PATH, self._open, "POST"),
            (_PATH + "/{number}", self._show, "GET"),
        )
        title = marked("Your site is not shown")
        return [Route(path, or_reason(page, title), methods=[way]) for path, page, way in pages]

    async def _ask(self, request: Request) -> Response:
        """The form for the key, or the site itself where a header has the key."""
        if not any(request.headers.get(name) for name in ("api-key", "user-api-key")):
            return await in_turn(request, lambda: draw("site_key", path=_PATH))
        self._throttle.admit(request.scope)
        key = await self._ring.verify(request.scope, remembered=False)
        return await in_turn(request, lambda: self._page(key.key_id))

    async def _open(self, request: Request) -> Response:
        """The form as it was sent: it leads to the page, by a link that works for an hour."""
        self._throttle.admit(request.scope)
        admit(request.scope, _MOST_BYTES, FORM)
        body = await self._receiving.whole(request.receive, _MOST_BYTES)
        text = parse_qs(body.decode("utf-8", "replace")).get("key", [""])[0].strip()
        key = await self._ring.verify_any(text)
        if not self._signer.can_sign:
            raise Refusal(503, "links cannot be signed here: an operator sets LINK_SIGNING_KEY")
        token = self._signer.site_token(key.key_id, datetime.now(UTC))
        return to(f"{_PATH}/{key.key_id}?token={quote(token, safe='')}")

    async def _show(self, request: Request) -> Response:
        """The page behind the link."""
        number, token = request.path_params["number"], request.query_params.get("token", "")
        key_id = int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0
        try:
            self._signer.check_site(token, key_id, datetime.now(UTC))
        except ForgedLinkError as error:
            raise Refusal(403, f"this link is not whole, or was not made here; {_AGAIN}") from error
        except ExpiredLinkError as error:
            raise Refusal(410, f"this link worked for an hour, which is over; {_AGAIN}") from error
        return await run_in_threadpool(self._page, key_id)

    def _page(self, key_id: int) -> Response:
        now = datetime.now(UTC)
        with self._database.read() as session:
            sites = sites_of_key(session, key_id, now)
        if sites is None:
            raise Refusal(403, "this key is no valid key of a site")
        return keep_private(draw("site", sites=sites, now=now))
