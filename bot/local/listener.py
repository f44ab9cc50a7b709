"""Serves the local room on loopback: the page, its completions, and the WebSocket."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address
from pathlib import Path

import structlog
from aiohttp import web

from bot.answering import ANSWER_THREADS, Answering
from bot.listening import Listening
from bot.local.browsers import Browsers
from bot.local.conversation import RoomConversation
from bot.local.loopback import harden, loopback_only
from models.actions.asking import Respond
from models.actions.completion import Names
from models.actions.dictionary import Dictionary
from models.database.engine import Database

STOP_SECONDS = 2

_PAGE = Path(__file__).parent / "page"
_NONE: Names = {
    "commands": [],
    "plugins": [],
    "tags": [],
    "branches": [],
    "servers": [],
    "guilds": [],
}

_log = structlog.get_logger()


class LocalListener:
    """The chat room in the browser.

    `respond` and `names` are called in threads, several at once.
    """

    def __init__(
        self,
        database: Database,
        dictionary: Dictionary,
        respond: Respond,
        names: Callable[[], Names],
    ) -> None:
        self._browsers = Browsers()
        self._threads = ThreadPoolExecutor(ANSWER_THREADS, thread_name_prefix="room-answer")
        self._names = names
        self._listening = Listening(
            self._app(database, dictionary, respond), stop_seconds=STOP_SECONDS
        )
        self.port: int | None = None

    async def start(self, host: str = "127.0.0.1", port: int = 8001) -> None:
        """Listen; port 0 takes a free one, found in `port` afterwards.

        Raises ValueError when the host is not on loopback, and OSError when the port is taken.
        """
        if host != "localhost" and not ip_address(host).is_loopback:
            raise ValueError(
                f"the local room has no log-in, so it listens on 127.0.0.1 only, not on {host}"
            )
        self.port = await self._listening.start(host, port)

    async def stop(self) -> None:
        """Hang up on everyone and free the port."""
        await self._listening.stop()
        self._threads.shutdown(cancel_futures=True)

    @property
    def connected(self) -> int:
        """How many browsers are connected."""
        return len(self._browsers)

    def broadcast(self, frames: Iterable[str]) -> None:
        """Show messages in every connected browser. For the event loop's thread only."""
        self._browsers.broadcast(frames)

    def _app(self, database: Database, dictionary: Dictionary, respond: Respond) -> web.Application:
        app = web.Application(middlewares=[loopback_only])
        app.on_response_prepare.append(harden)
        app.on_shutdown.append(self._hang_up)
        app.router.add_get("/", _page_file(_PAGE / "index.html"))
        for path in sorted(_PAGE.iterdir()):
            app.router.add_get(f"/{path.name}", _page_file(path))
        app.router.add_get(
            "/ws",
            RoomConversation(
                database,
                self._browsers,
                dictionary,
                Answering(respond, self._threads),
                self._threads,
            ).run,
        )
        app.router.add_get("/completions", self._complete)
        return app

    async def _complete(self, _request: web.Request) -> web.Response:
        try:
            names = await asyncio.get_running_loop().run_in_executor(self._threads, self._names)
        except Exception:  # noqa: BLE001 - the room's edge: the page works without completions
            _log.exception("completions_not_read")
            return web.json_response(_NONE, status=web.HTTPServiceUnavailable.status_code)
        return web.json_response(names)

    async def _hang_up(self, _app: web.Application) -> None:
        self._browsers.hang_up()


def _page_file(path: Path) -> Callable[[web.Request], Awaitable[web.FileResponse]]:
    async def serve(_request: web.Request) -> web.FileResponse:
        return web.FileResponse(path)

    return serve
