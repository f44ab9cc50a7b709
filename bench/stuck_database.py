"""The database in trouble while machines report: its disk full, locked, standing still, and gone without a word.

`python -m bench.stuck_database [sqlite|postgresql]` takes minutes. Each trouble is made under load,
and ended: nothing that was acknowledged may be lost, whoever reports must be told within seconds,
and all must go on by itself.
"""

import asyncio
import os
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import aiohttp
import psycopg
import sqlalchemy
from rich.console import Console
from rich.table import Table

from bench.crash import Deployment, deployed
from bench.stage import Backend, Stage
from bench.steady import RATE, Guards, SentReport
from models.database import bulk
from models.database.engine import Database
from tests.postgresql import DURABLE, server
from tests.servers.disk import disk
from tests.servers.way import Way

_QUIET_SECONDS = 6
_TROUBLE_SECONDS = 20
_AFTER_SECONDS = 10
_DRAIN_SECONDS = 60
_LONGEST_SECONDS = 60


Act = Callable[[], object]


@dataclass
class TroublePhase:
    """What was seen around one trouble, which lasted from `began` to `ended`."""

    name: str
    began: float = 0.0
    ended: float = 0.0
    told: list[SentReport] = field(default_factory=list)
    ready: str = ""
    ready_after: float | None = None
    lost: int = 0
    unsent: int = 0
    room: int = 0


async def _through(trouble: TroublePhase, running: Deployment, begin: Act, end: Act) -> None:
    """Report in quiet, in trouble, and after it."""
    timeout = aiohttp.ClientTimeout(total=_LONGEST_SECONDS)
    async with aiohttp.ClientSession(timeout=timeout) as http:
        guards = Guards(http, running, trouble.told)
        await guards.report(_QUIET_SECONDS)
        await asyncio.to_thread(begin)
        trouble.began = time.monotonic()
        reporting = asyncio.create_task(guards.report(_TROUBLE_SECONDS + _AFTER_SECONDS))
        await asyncio.sleep(_TROUBLE_SECONDS / 2)
        trouble.ready, trouble.room = await guards.readiness(), await guards.room()
        await asyncio.sleep(max(0.0, trouble.began + _TROUBLE_SECONDS - time.monotonic()))
        await asyncio.to_thread(end)
        trouble.ended = time.monotonic()
        while (  # noqa: ASYNC110 - the server is asked each time
            await guards.readiness() != "ready"
            and time.monotonic() < trouble.ended + _DRAIN_SECONDS
        ):
            await asyncio.sleep(0.1)
        trouble.ready_after = time.monotonic() - trouble.ended
        await reporting


def _suffer(
    name: str, stage: Stage, begin: Act, end: Act, *, url: str | None = None
) -> TroublePhase:
    """Make the trouble, end it, and look what became of it all.

    `url` is where the database really is.
    """
    trouble = TroublePhase(name)
    with deployed(stage) as running:
        _until_it_ticks(url or stage.url)
        asyncio.run(_through(trouble, running, begin, end))
        with closing(Database(url or stage.url)) as database:
            trouble.unsent = _unsent(database)
            with database.read() as session:
                stored = {sha for (sha,) in bulk.run(session, "SELECT plugin_sha FROM report")}
    trouble.lost = sum(told.status == 200 and told.sha not in stored for told in trouble.told)
    return trouble


def _until_it_ticks(url: str) -> None:
    """The jobs process listens nowhere; it has started when a job has run."""
    with closing(Database(url)) as database:
        for _ in range(_DRAIN_SECONDS):
            with database.read() as session:
                if bulk.run(session, "SELECT 1 FROM job_run LIMIT 1"):
                    return
            time.sleep(1)


def _unsent(database: Database) -> int:
    """How many announcements still wait when all had time to be sent."""
    sql = "SELECT count(*) FROM outbox WHERE sent_at IS NULL AND dead_at IS NULL"
    for _ in range(_DRAIN_SECONDS):
        with database.read() as session:
            ((waiting,),) = bulk.run(session, sql)
        if not waiting:
            return 0
        time.sleep(1)
    return int(waiting)


def _on_sqlite() -> Iterator[TroublePhase]:
    folder = Path(tempfile.mkdtemp(prefix="pluginwatch-stuck-"))
    with disk(folder / "disk", megabytes=64) as small:
        if small is None:
            print(
                "only root can make a small disk to fill: the full disk is left out",
                file=sys.stderr,
            )
        else:
            yield _suffer(
                "SQLite: disk full",
                Backend("sqlite", small.path, None).fresh(),
                small.fill,
                small.free,
            )
    stage = Backend("sqlite", folder, None).fresh()
    with closing(
        sqlite3.connect(stage.url.removeprefix("sqlite:///"), timeout=30, check_same_thread=False)
    ) as other:
        other.isolation_level = None
        lock, let_go = (partial(other.execute, sql) for sql in ("BEGIN IMMEDIATE", "ROLLBACK"))
        yield _suffer("SQLite: locked by another", stage, lock, let_go)
    shutil.rmtree(folder)


def _on_postgresql() -> Iterator[TroublePhase]:
    with server(DURABLE) as running:
        backend = Backend("postgresql", Path(), lambda: running)
        stage = backend.fresh()
        with Way.to(sqlalchemy.make_url(stage.url)) as way:
            cut = replace(stage, url=way.url)
            yield _suffer(
                "PostgreSQL: the way swallows all, no FIN",
                cut,
                way.swallow,
                way.mend,
                url=stage.url,
            )
        stage = backend.fresh()
        stop, go_on = (
            partial(_send, _main_process(running.url), number)
            for number in (signal.SIGSTOP, signal.SIGCONT)
        )
        try:
            yield _suffer("PostgreSQL: the server stands still", stage, stop, go_on)
        finally:
            go_on()


def _main_process(url: str) -> int:
    """The server's first process, of which all others are children."""
    with psycopg.connect(url) as connection:
        backend = connection.info.backend_pid
        return int(Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split()[1])


def _send(main: int, number: signal.Signals) -> None:
    children = Path(f"/proc/{main}/task/{main}/children").read_text().split()
    for pid in (main, *map(int, children)):
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def _table(troubles: list[TroublePhase]) -> Table:
    table = Table(
        title=f"{RATE} reports a second, {_TROUBLE_SECONDS} s of trouble", title_justify="left"
    )
    table.add_column("")
    for trouble in troubles:
        table.add_column(trouble.name)
    rows: list[tuple[str, Callable[[TroublePhase], object]]] = [
        ("p99 in quiet", lambda one: _p99(one, before=True)),
        ("acknowledged in trouble", lambda one: _count(one, 200)),
        ("  told 503", lambda one: _count(one, 503)),
        (
            "  told anything else, or nothing",
            lambda one: len(_amid(one)) - _count(one, 200) - _count(one, 503),
        ),
        ("  slowest answer", lambda one: f"{max(told.seconds for told in _amid(one)):.1f} s"),
        ("/readyz meanwhile", lambda one: one.ready),
        ("the chat room's page meanwhile", lambda one: one.room),
        ("ready again after", lambda one: f"{one.ready_after:.1f} s"),
        ("p99 once it was ready", lambda one: _p99(one, before=False)),
        (
            "  of these not acknowledged",
            lambda one: sum(told.status != 200 for told in _after(one)),
        ),
        ("acknowledged and not stored (lost)", lambda one: one.lost),
        ("announcements never sent (lost)", lambda one: one.unsent),
    ]
    for words, figure in rows:
        table.add_row(words, *(str(figure(trouble)) for trouble in troubles))
    return table


def _amid(trouble: TroublePhase) -> list[SentReport]:
    return [told for told in trouble.told if trouble.began <= told.at < trouble.ended]


def _after(trouble: TroublePhase) -> list[SentReport]:
    return [told for told in trouble.told if told.at > trouble.ended + (trouble.ready_after or 0.0)]


def _count(trouble: TroublePhase, status: int) -> int:
    return sum(told.status == status for told in _amid(trouble))


def _p99(trouble: TroublePhase, *, before: bool) -> str:
    chosen = (
        [told for told in trouble.told if told.at < trouble.began] if before else _after(trouble)
    )
    seconds = sorted(told.seconds for told in chosen)
    return f"{seconds[int(len(seconds) * 0.99)] * 1000:.0f} ms" if seconds else "-"


def main(words: list[str]) -> None:
    """Make the troubles of the databases that are named, or of both, and print."""
    for name, troubles in (("sqlite", _on_sqlite), ("postgresql", _on_postgresql)):
        if not words or name in words:
            Console(width=140).print(_table(list(troubles())), "")


if __name__ == "__main__":
    main(sys.argv[1:])
