"""A question of an extension, asked in the room: through the bot, the queue, the worker in `jobs` and the realm.

"cold" is the first one that a worker gets, which starts the realm.
"""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
from rich.table import Table

from bench.load import LoadResult
from bench.stage import Backend, Stage, running
from models.database.engine import Database
from models.people.persons import appoint
from models.rules.authority import Holder, HolderKind
from tests.jobs.realms.extensions import install_extension

QUESTIONS = 500
COLD_STARTS = 10
_TURN_ON = "extension on acmejira"
_SUM, _SUM_IS = "acmejira add 2 40", "42"
# To answer this, the extension asks for the core's list of plugins first.
_PLUGINS, _PLUGINS_ARE = "acmejira plugins", " plugins: "
# A lost answer ends the measuring.
_PATIENCE_SECONDS = 30
_ADMIN = Holder("local", "local", HolderKind.USER, "you")
# A worker looks for calls twice a second while it does not know yet that an extension is on.
_SECONDS_TO_BE_READY = 3.0


def measure(backend: Backend) -> Table:
    """A table of the latencies of questions at rest, and of first ones."""
    table = Table(title=f"A question of an extension on {backend.name}", title_justify="left")
    for heading in ("question", "p50 ms", "p99 ms"):
        table.add_column(heading, justify="right")
    stage = backend.fresh()
    root = backend.folder / f"extensions-{backend.name}"
    _install(stage, root)
    cold = LoadResult(1)
    with running("bot", stage, EXTENSIONS_FOLDER=root) as port:
        with worker(stage, root):
            asyncio.run(_ask(port, _TURN_ON, "is on", 1))
            asyncio.run(_ask(port, _SUM, _SUM_IS, 1))  # which starts the realm
            answered = asyncio.run(_ask(port, _SUM, _SUM_IS, QUESTIONS))
            asking = asyncio.run(_ask(port, _PLUGINS, _PLUGINS_ARE, QUESTIONS))
        for _ in range(COLD_STARTS):
            with worker(stage, root):
                time.sleep(_SECONDS_TO_BE_READY)
                cold.latencies += asyncio.run(_ask(port, _SUM, _SUM_IS, 1)).latencies
    for name, result in (("answered", answered), ("that asks back", asking), ("cold", cold)):
        table.add_row(name, *(f"{result.percentile(share):.1f}" for share in (0.5, 0.99)))
    return table


def _install(stage: Stage, root: Path) -> None:
    with closing(Database(stage.url)) as database:
        install_extension(database, root, datetime.now(UTC))
        with database.write() as session:
            appoint(session, [_ADMIN], datetime.now(UTC))


@contextmanager
def worker(stage: Stage, root: Path) -> Iterator[None]:
    """The jobs process, until the end of the block."""
    environment = {
        **os.environ,
        "DATABASE_URL": stage.url,
        "EXTENSIONS_FOLDER": str(root),
        "LOG_LEVEL": "ERROR",
        "LINK_SIGNING_KEY": "for no link at all, as none is given here",
    }
    with subprocess.Popen([sys.executable, "-m", "jobs"], env=environment) as process:
        try:
            yield
        finally:
            process.terminate()


async def _ask(port: int, text: str, wanted: str, times: int) -> LoadResult:
    """Ask it so many times in the room on this port, one after the other.

    AssertionError for an answer whose title does not hold what is wanted.
    """
    result = LoadResult(1)  # its rate is not asked for
    async with (
        aiohttp.ClientSession() as http,
        http.ws_connect(f"http://127.0.0.1:{port}/ws") as socket,
    ):
        for _ in range(times):
            asked = time.perf_counter()
            await socket.send_json({"text": f"/plugin {text}"})
            said: dict[str, Any] = {}
            while not said.get("private"):
                said = await socket.receive_json(timeout=_PATIENCE_SECONDS)
            result.latencies.append(time.perf_counter() - asked)
            assert wanted in said["title"], said["title"]
    return result
