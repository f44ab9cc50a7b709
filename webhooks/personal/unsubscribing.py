"""Where whoever reads our mails ends them: `/unsubscribe/TOKEN`, with one press or, as RFC 8058 has it, one POST."""

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.routing import BaseRoute, Route

from models.database.engine import Database
from models.events.mailboxes import MailWish
from models.operating.signing import Signer
from models.queries.mailboxes import mailbox
from models.rules.speaking import marked
from models.views.mailboxes import MailboxView
from webhooks.access.throttle import Throttle
from webhooks.pages.asked import Page, in_turn, keep_private, or_reason, to
from webhooks.pages.render import draw
from webhooks.recording.intake import Intake
from webhooks.refusal import Refusal

# One who guesses has an address of 160 bits and more before them; a mail provider ends mails for many readers.
_OF_ONE, _OF_ALL = 30, 120
_PAGE = "/unsubscribe/{token}"


class Unsubscribing:
    """The page and its buttons. A mail's link only shows it, for programs open links before people do."""

    def __init__(self, database: Database, intake: Intake, signer: Signer) -> None:
        self._database = database
        self._intake = intake
        self._signer = signer
        self._throttle = Throttle(_OF_ONE, _OF_ALL, "requests about mails", "wait a minute")

    def routes(self) -> list[BaseRoute]:
        """Where they are."""
        pages: tuple[tuple[str, Page, str], ...] = (
            (_PAGE, self._show, "GET"),
            (_PAGE, self._end, "POST"),
            (f"{_PAGE}/again", self._begin_again, "POST"),
        )
        return [
            Route(path, or_reason(page, marked("No mailbox was found")), methods=[method])
            for path, page, method in pages
        ]

    async def _show(self, request: Request) -> Response:
        """Whose mails are meant, and the button."""
        token = request.path_params["token"]
        return await in_turn(request, lambda: self._page(token))

    def _page(self, token: str) -> Response:
        shown = draw("unsubscribe", mailbox=self._found(token), path=_PAGE.format(token=token))
        return keep_private(shown)

    async def _end(self, request: Request) -> Response:
        return await self._wish(request, ends=True)

    async def _begin_again(self, request: Request) -> Response:
        return await self._wish(request, ends=False)

    async def _wish(self, request: Request, *, ends: bool) -> Response:
        token = request.path_params["token"]
        self._throttle.admit(request.scope)
        found = await run_in_threadpool(self._found, token)
        await self._intake.submit(MailWish(found.address, ends))
        return to(_PAGE.format(token=token))

    def _found(self, token: str) -> MailboxView:
        found = None
        if self._signer.can_sign:
            with self._database.read() as session:
                found = mailbox(session, token, self._signer.mailbox_token)
        if found is None:
            raise Refusal(404, "the link is not whole, or was not made here")
        return found
