"""The bot process: `python -m bot`. It serves every chat platform that is configured, and announces on them.

`python -m bot check` asks the platforms whether they would let it.
"""

# Imports make next to no garbage: looking for it while they run takes a sixth of the start.
import gc

if __name__ == "__main__":
    gc.disable()

import asyncio
import contextlib
import signal
import threading
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime

import structlog
import typer

from bot.announcer import Announcer
from bot.checking import findings
from bot.discord.opening import PLATFORM as DISCORD
from bot.local.opening import PLATFORM as LOCAL
from bot.local.opening import sitting_here
from bot.platform import House
from bot.sender import Sender, StoringSender
from bot.slack.opening import PLATFORM as SLACK
from models import log
from models.actions.core.table import extended
from models.actions.dictionary import Dictionary
from models.actions.offering import Offering
from models.actions.responding import Responder
from models.cli.checking import show
from models.cli.version import VersionOption
from models.database.engine import Database
from models.database.starting import migrate_when_there
from models.extensions.additions import Additions
from models.heaps import collect_less, share_heaps
from models.messages.words import either
from models.operating.languages import learn_languages
from models.operating.signing import Signer
from models.outbox.turned_off import close_others
from models.people.persons import appoint
from models.settings import Settings

# Every chat platform, in the order in which they are opened.
PLATFORMS = (LOCAL, SLACK, DISCORD)

_log = structlog.get_logger()


async def serve(database: Database, settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT."""
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with contextlib.AsyncExitStack() as opened:
        responder = _responder(database, settings)
        offering = Offering(database, responder)
        offering.start()
        opened.callback(offering.stop)
        house = House(database, responder.dictionary, responder.respond)
        senders = {
            platform.name: await opened.enter_async_context(platform.opened(settings, house))
            for platform in PLATFORMS
            if platform.is_on(settings)
        }
        if not senders:
            settings_of = either(tuple(platform.setting for platform in PLATFORMS))
            _log.warning("no_chat_platform", hint=f"announcements wait; set {settings_of}")
        async with _announcing(database, senders, settings.public_url, responder.additions):
            await stopped.wait()


def _responder(database: Database, settings: Settings) -> Responder:
    signer = Signer(settings.link_signing_key, settings.public_url)
    return Responder(database, Dictionary(extended(settings)), signer)


@contextlib.asynccontextmanager
async def _announcing(
    database: Database,
    senders: Mapping[str, Sender | StoringSender],
    pages: str,
    additions: Additions,
) -> AsyncIterator[None]:
    """Announce on the platforms, woken by what other processes commit."""
    announcer = Announcer(database, senders, pages=pages, additions=additions)
    loop = asyncio.get_running_loop()
    stop = threading.Event()
    watcher = threading.Thread(
        target=database.watch,
        args=(lambda: loop.call_soon_threadsafe(announcer.wake), stop),
        name="watch",
        daemon=True,
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
    show(asyncio.run(findings(settings, PLATFORMS)))


@app.callback(invoke_without_command=True)
def main(context: typer.Context, *, version: VersionOption = False) -> None:  # noqa: ARG001 - the option acts by itself
    """Read the settings, bring the schema up to date, and serve."""
    if context.invoked_subcommand is not None:
        return
    share_heaps()
    settings = Settings.load()
    log.configure(settings.log_level)
    learn_languages()
    database = Database(settings.database_url)
    migrate_when_there(database)
    with database.write() as session:
        appoint(session, [*settings.appointed, *sitting_here(settings)], datetime.now(UTC))
        close_others(
            session, {each.name: each.is_on(settings) for each in PLATFORMS}, datetime.now(UTC)
        )
    collect_less()  # it would hold up an alert
    asyncio.run(serve(database, settings))
    database.close()


if __name__ == "__main__":
    gc.freeze()  # what was imported lives as long as the process
    gc.enable()
    app(prog_name="python -m bot")
