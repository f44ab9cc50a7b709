"""Pages behind a form: what is wrong with what was asked is a page, too."""

from collections.abc import Awaitable, Callable

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from models.rules.speaking import say, speaking
from webhooks.pages.language import language_wanted
from webhooks.pages.render import draw
from webhooks.recording.batches import NotStored
from webhooks.refusal import Refusal
from webhooks.shared_answers import SharedAnswers

# What programs read, too, is English.
_NOT_STORED = "nothing can be stored just now: try again in a minute"

Page = Callable[[Request], Awaitable[Response]]


def or_reason(page: Page, title: str) -> Page:
    """The page in its reader's language, or one with this marked title that says why there is none."""

    async def answer(request: Request) -> Response:
        with speaking(language_wanted(request)):
            try:
                return await page(request)
            except Refusal as refusal:
                return draw("refused", refusal.status, title=say(title), reason=refusal.reason)
            except NotStored:
                return draw("refused", 503, title=say(title), reason=_NOT_STORED)

    return answer


async def in_turn(request: Request, page: Callable[[], Response]) -> Response:
    """The page, made when it is its turn, away from what machines report."""
    shared_answers: SharedAnswers = request.app.state.shared_answers
    return await shared_answers.answer(request, lambda: run_in_threadpool(page))


def keep_private(response: Response) -> Response:
    """The page, which nobody keeps for others."""
    response.headers["Cache-Control"] = "private, no-store"
    return response


def to(path: str) -> Response:
    """Where a form leads when it was taken."""
    return RedirectResponse(path, 303)
