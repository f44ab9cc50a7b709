"""What a browser shows where there is no page."""

from collections.abc import Callable

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from models.rules.speaking import say, speaking
from webhooks.pages.language import language_wanted
from webhooks.pages.render import draw

Handler = Callable[[Request, Exception], Response]


def for_people(answer: Handler) -> Handler:
    """What `answer` answers, but a page for a browser that asks for what is not there."""

    def answer_or_page(request: Request, error: Exception) -> Response:
        if not (
            isinstance(error, HTTPException) and error.status_code == 404 and _is_browser(request)
        ):
            return answer(request, error)
        path = request.url.path
        if path.endswith("/") and path.strip("/"):
            # One slash before it, so that no other host is meant.
            return RedirectResponse(f"/{path.strip('/')}", 308)
        with speaking(language_wanted(request)):
            response = draw("lost", 404, title=say("There is no page here"), meant=())
        response.headers["Vary"] = "Accept, Accept-Language"
        return response

    return answer_or_page


def _is_browser(request: Request) -> bool:
    return (
        request.method in {"GET", "HEAD"}
        and "text/html" in request.headers.get("Accept", "").lower()
    )
