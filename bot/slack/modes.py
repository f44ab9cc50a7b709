"""How Slack reaches the app: by Socket Mode, which needs no public address, or by HTTP."""

import asyncio
import contextlib
import random
import re
from collections.abc import AsyncIterator, Mapping

import aiohttp
import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.async_base_handler import AsyncBaseSocketModeHandler
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.listening import Listening
from bot.response_limits import until_room
from bot.slack.acknowledging import MALFORMED
from bot.slack.refusals import RefusalKind, refusal
from models.rules.clean import clean_json
from models.rules.json_values import count_values

PATH = "/slack/events"
MAX_REQUEST = 1 << 20  # bytes, and letters of what comes by a socket
# A message with all that it can hold has some thousand.
MOST_VALUES = 100_000
# Slack gives up on us after three. Of requests that are large, or do not say how large, few are
# received at a time.
_SECONDS_TO_SEND = 5.0
_LARGE = 128 * 1024
_MOST_LARGE = 16
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")
# How often a socket is asked whether it lives; four unanswered in a row, and another one is opened.
PING_SECONDS = 5.0
_LONGEST_PAUSE = 60.0
_SECONDS_STOPPED = 300.0

_log = structlog.get_logger()


@contextlib.asynccontextmanager
async def socket_mode(
    app: AsyncApp, app_token: str, ping_seconds: float = PING_SECONDS
) -> AsyncIterator["Socket"]:
    """Listen by Socket Mode. Slack may be out of reach; then the socket opens when it is back."""
    socket = Socket(app, app_token, ping_seconds)
    connecting = asyncio.create_task(socket.connect_async())  # type: ignore[no-untyped-call] # the library has no types
    watching = asyncio.create_task(socket.keep_fresh())
    try:
        yield socket
    finally:
        for task in (connecting, watching):
            task.cancel()
        await asyncio.gather(connecting, watching, return_exceptions=True)
        await socket.close_async()  # type: ignore[no-untyped-call] # the library has no types


@contextlib.asynccontextmanager
async def http_mode(app: AsyncApp, signing_secret: str, host: str, port: int) -> AsyncIterator[int]:
    """Listen at /slack/events for what Slack has signed.

    Port 0 takes a free one, which is given.
    """
    verifier = SignatureVerifier(signing_secret)
    large = asyncio.Semaphore(_MOST_LARGE)

    async def hear(request: web.Request) -> web.StreamResponse:
        signature = request.headers.get("X-Slack-Signature", "")
        # What is surely not signed is refused unread.
        has_signature = _SIGNATURE.fullmatch(signature) is not None
        if not has_signature or not _is_signed(
            verifier, await _body(request, large), request.headers
        ):
            return web.Response(
                status=401, text="That is not signed by Slack, or longer than five minutes ago.\n"
            )
        try:
            asked = await to_bolt_request(request)
            asked.body = clean_json(asked.body)
            return await to_aiohttp_response(await app.async_dispatch(asked))
        except MALFORMED as error:
            _log.warning("slack_request_refused", reason=type(error).__name__)
            return web.Response(status=400, text="That is no request of Slack's.\n")

    served = web.Application(client_max_size=MAX_REQUEST)
    served.router.add_post(PATH, hear)
    listening = Listening(served, stop_seconds=1)
    try:
        yield await listening.start(host, port)
    finally:
        await listening.stop()


async def _body(request: web.Request, large: asyncio.Semaphore) -> bytes:
    size = request.content_length
    if size is not None and size > MAX_REQUEST:
        raise web.HTTPRequestEntityTooLarge(MAX_REQUEST, size)
    try:
        async with asyncio.timeout(_SECONDS_TO_SEND):
            if size is not None and size <= _LARGE:
                return await request.read()
            async with large:
                return await request.read()
    except TimeoutError as error:
        raise web.HTTPRequestTimeout(text="The body did not come in time.\n") from error


def _is_signed(verifier: SignatureVerifier, body: bytes, headers: Mapping[str, str]) -> bool:
    try:
        return verifier.is_valid_request(body, dict(headers))
    except (
        ValueError,
        TypeError,
        OverflowError,
    ):  # a time that is no number, or a signature that is not ASCII
        return False


class Socket(AsyncBaseSocketModeHandler):
    """Hands what comes by the socket to the app."""

    def __init__(self, app: AsyncApp, app_token: str, ping_seconds: float) -> None:
        self.app: AsyncApp = app
        self.client: _Client = _Client(
            app_token=app_token,
            web_client=app.client,
            logger=app.logger,
            ping_interval=ping_seconds,
        )
        self.client.socket_mode_request_listeners.append(self.handle)
        self._ping_seconds = ping_seconds

    async def handle(self, client: AsyncBaseSocketModeClient, req: SocketModeRequest) -> None:
        """Answer one envelope."""
        req.payload = clean_json(req.payload)
        answered = await run_async_bolt_app(self.app, req)
        await send_async_response(client, req, answered, 0.0)

    async def keep_fresh(self) -> None:
        """Seek a lost socket at a new address.

        Slack takes the old one once, and the library would try it for ever.
        """
        while True:
            await asyncio.sleep(2 * self._ping_seconds)
            if not await self.client.is_connected():
                self.client.wss_uri = None


class _Client(SocketModeClient):
    """The library's client, which says in one line why no socket opens, and asks less and less often.

    What comes by the socket may be as long as what comes by HTTP.
    """

    async def enqueue_message(self, message: str) -> None:
        if len(message) > MAX_REQUEST or count_values(message) > MOST_VALUES:
            _log.error("slack_envelope_refused", letters=len(message))
            return
        await until_room()
        await super().enqueue_message(message)

    async def issue_new_wss_url(self) -> str:
        pause = 1.0
        while True:
            try:
                opened = await self.web_client.apps_connections_open(app_token=self.app_token)
                return str(opened["url"])
            except SlackApiError as error:
                refused = refusal(error)
                wait = refused.retry_after or pause
                level = _log.warning
                if refused.kind is RefusalKind.STOP:
                    wait = _SECONDS_STOPPED
                    level = _log.error
                level(
                    "slack_socket_refused",
                    reason=refused.words,
                    seconds=wait,
                    hint="python -m bot check",
                )
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                wait = pause
                _log.warning("slack_out_of_reach", reason=type(error).__name__, seconds=wait)
            await asyncio.sleep(wait * (1 + random.random() / 10))  # noqa: S311 - jitter
            pause = min(2 * pause, _LONGEST_PAUSE)
