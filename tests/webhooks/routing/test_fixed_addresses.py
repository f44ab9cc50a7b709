"""Doors whose addresses are fixed are found in a table; all else is answered by the routes, in the same words."""

from collections.abc import Awaitable, Callable

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from webhooks.routing.endpoint import Answer, Endpoint
from webhooks.routing.fixed_addresses import FixedAddresses


async def _answer(scope: Scope, _receive: Receive) -> Answer:
    return 200, {"seen": scope["path"]}


def _failed(reason: str) -> dict[str, str]:
    return {"error": reason}


async def _of_the_application(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse("the application")(scope, receive, send)


ROUTES = [
    Route("/report", Endpoint(_answer, _failed), methods=["POST"]),
    Route("/runs/{run}", Endpoint(_answer, _failed), methods=["PUT"]),
    Route("/page", PlainTextResponse("a page"), methods=["GET"]),
]


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("POST", "/report", b'{"seen": "/report"}'),
        ("GET", "/report", b"the application"),
        ("POST", "/report/", b'{"seen": "/report/"}'),
        ("POST", "//report", b'{"seen": "//report"}'),
        ("POST", "/report//", b'{"seen": "/report//"}'),
        ("POST", "/re/port", b"the application"),
        ("POST", "/", b"the application"),
        ("GET", "//page", b"the application"),
        ("PUT", "/runs/1", b"the application"),
        ("PUT", "/runs/{run}", b"the application"),
        ("GET", "/page", b"the application"),
    ],
)
async def test_only_doors_of_fixed_addresses_are_in_the_table(
    method: str, path: str, expected: bytes
) -> None:
    """Slashes too many are none. Another method, a path with a part that varies and what is no door go on."""
    found = FixedAddresses(_of_the_application, ROUTES)
    assert await _body(found, method, path) == expected


async def test_whoever_calls_a_door_by_another_method_hears_which_one_is_right() -> None:
    """The routes behind say so, as before."""
    application = Starlette(routes=ROUTES)
    assert await _status(FixedAddresses(application, ROUTES), "GET", "/report") == 405


async def _body(
    app: Callable[[Scope, Receive, Send], Awaitable[None]], method: str, path: str
) -> bytes:
    return b"".join(message.get("body", b"") for message in await _sent(app, method, path))


async def _status(
    app: Callable[[Scope, Receive, Send], Awaitable[None]], method: str, path: str
) -> int:
    status: int = (await _sent(app, method, path))[0]["status"]
    return status


async def _sent(
    app: Callable[[Scope, Receive, Send], Awaitable[None]], method: str, path: str
) -> list[Message]:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": method, "path": path, "headers": [], "query_string": b""}
    await app(scope, receive, send)
    return sent
