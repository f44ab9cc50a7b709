"""The bot process: `python -m bot`. It serves every chat platform that is configured, and announces on them.

`python -m bot check` asks the platforms whether they would let it.
"""

import asyncio
import contextlib
import gc
import signal
import threading
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from functools import partial

import structlog
import typer

from bot.announcer import Announcer
from bot.checking import findings
from bot.discord.opening import discord_room
from bot.local.conversation import YOU
from bot.local.listener import LocalRoom
from bot.local.sender import LocalSender
from bot.sender import Sender
from bot.slack.opening import slack
from models import log
from models.actions.completion import Names, names
from models.actions.core.table import CORE
from models.actions.dictionary import Dictionary
from models.actions.responding import Responder
from models.cli.checking import show
from models.database.engine import Database
from models.database.starting import migrate_when_there
from models.operating.signing import Signer
from models.outbox.closing import close_others
from models.people.persons import appoint, trusted_groups
from models.rules.authority import Holder, HolderKind
from models.settings import Settings

_log = structlog.get_logger()


async def serve(database: Database, settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT."""
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with contextlib.AsyncExitStack() as platforms:
        senders: dict[str, Sender] = {}
        dictionary = Dictionary(CORE)
        signer = Signer(settings.link_signing_key, settings.public_url)
        responder = Responder(database, dictionary, signer)
        if settings.local_chat_port:
            senders["local"] = await platforms.enter_async_context(_local_room(database, settings, responder))
        if settings.slack_bot_token.get_secret_value():
            opening = slack(
                settings,
                dictionary,
                responder.respond,
                partial(_names, database, dictionary),
                partial(_trusted, database, "slack"),
            )
            senders["slack"] = await platforms.enter_async_context(opening)
        if settings.discord_token.get_secret_value():
            opened = discord_room(settings, dictionary, responder.respond, partial(_names, database, dictionary))
            senders["discord"] = await platforms.enter_async_context(opened)
        if not senders:
            _log.warning(
                "no_chat_platform", hint="announcements wait; set LOCAL_CHAT_PORT, SLACK_BOT_TOKEN or DISCORD_TOKEN"
            )
        async with _announcing(database, senders):
            await stopped.wait()


def _names(database: Database, dictionary: Dictionary) -> Names:
    with database.read() as session:
        return names(session, dictionary)


def _trusted(database: Database, platform: str, workspace: str) -> frozenset[str]:
    with database.read() as session:
        return trusted_groups(session, platform, workspace)


@contextlib.asynccontextmanager
async def _local_room(database: Database, settings: Settings, responder: Responder) -> AsyncIterator[LocalSender]:
    dictionary = responder.dictionary
    room = LocalRoom(database, dictionary, responder.respond, partial(_names, database, dictionary))
    await room.start(port=settings.local_chat_port)
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


def _served(settings: Settings) -> list[str]:
    """The chat platforms that are on."""
    is_on = {
        "local": bool(settings.local_chat_port),
        "slack": bool(settings.slack_bot_token.get_secret_value()),
        "discord": bool(settings.discord_token.get_secret_value()),
    }
    return [platform for platform, on in is_on.items() if on]


def _sitting_here(settings: Settings) -> list[Holder]:
    """Whoever uses the local room is an admin there: it answers this machine only."""
    return [Holder(YOU.platform, YOU.workspace, HolderKind.USER, YOU.user)] if settings.local_chat_port else []


app = typer.Typer(
    help="Pluginwatch for people: serve the chat platforms that are configured.",
    add_completion=False,
    pretty_exceptions_enable=False,  # they print local variables, and one of them may be a token
)


@app.command()
def check() -> None:
    """Ask the chat platforms whether they let us in. The exit code is 1 when something must be fixed."""
    settings = Settings.load()
    log.configure("ERROR")
    show(asyncio.run(findings(settings)))


@app.callback(invoke_without_command=True)
def main(context: typer.Context) -> None:
    """Read the settings, bring the schema up to date, and serve."""
    if context.invoked_subcommand is not None:
        return
    settings = Settings.load()
    log.configure(settings.log_level)
    database = Database(settings.database_url)
    migrate_when_there(database)
    with database.write() as session:
        appoint(session, [*settings.appointed, *_sitting_here(settings)], datetime.now(UTC))
        close_others(session, _served(settings), datetime.now(UTC))
    # What was imported lives as long as the process; a collection that looks through it would hold up an alert.
    gc.collect()
    gc.freeze()
    asyncio.run(serve(database, settings))
    database.close()


if __name__ == "__main__":
    app(prog_name="python -m bot")
