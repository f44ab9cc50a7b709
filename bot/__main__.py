"""The bot process: `python -m bot`. It serves every chat platform that is configured, and announces on them."""

import asyncio
import contextlib
import gc
import signal
import threading
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime

import structlog

from bot.announcer import Announcer
from bot.answers import answer, completions
from bot.local.completions import Completions
from bot.local.listener import LocalRoom
from bot.local.sender import LocalSender
from bot.sender import Sender
from models import log
from models.database import Database
from models.messages.message import Message
from models.migrate import migrate
from models.settings import Settings

_log = structlog.get_logger()


async def serve(database: Database, settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT."""
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with contextlib.AsyncExitStack() as platforms:
        senders: dict[str, Sender] = {}
        if settings.local_chat_port:
            senders["local"] = await platforms.enter_async_context(_local_room(database, settings.local_chat_port))
        if not senders:
            _log.warning("no_chat_platform", hint="announcements wait; set LOCAL_CHAT_PORT to open the local room")
        async with _announcing(database, senders):
            await stopped.wait()


@contextlib.asynccontextmanager
async def _local_room(database: Database, port: int) -> AsyncIterator[LocalSender]:
    def reply(text: str) -> Message:
        with database.read() as session:
            return answer(session, text, datetime.now(UTC))

    def words() -> Completions:
        with database.read() as session:
            return Completions(**completions(session))

    room = LocalRoom(database, reply, words)
    await room.start(port=port)
    sender = LocalSender(database, room)
    _log.info("local_room_open", address=f"http://127.0.0.1:{room.port}/")
    try:
        yield sender
    finally:
        await sender.close()
        await room.stop()


@contextlib.asynccontextmanager
async def _announcing(database: Database, senders: Mapping[str, Sender]) -> AsyncIterator[None]:
    """Announce on the platforms, woken by what other processes commit."""
    announcer = Announcer(database, senders)
    loop = asyncio.get_running_loop()
    stop = threading.Event()
    watcher = threading.Thread(
        target=database.watch, args=(lambda: loop.call_soon_threadsafe(announcer.wake), stop), name="watch", daemon=True
    )
    watcher.start()
    running = asyncio.create_task(announcer.run())
    try:
        yield
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running
        stop.set()
        await asyncio.to_thread(watcher.join)


def main() -> None:
    """Read the settings, bring the schema up to date, and serve."""
    settings = Settings.load()
    log.configure(settings.log_level)
    database = Database(settings.database_url)
    migrate(database)
    # What was imported lives as long as the process; a collection that looks through it would hold up an alert.
    gc.collect()
    gc.freeze()
    asyncio.run(serve(database, settings))
    database.close()


if __name__ == "__main__":
    main()
