"""What a benchmark runs on: a fresh database on a disk, the real processes, a master list and a key."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from types import FrameType
from typing import IO, NoReturn

import psycopg

from models.database.engine import Database
from models.database.migrate import migrate
from models.operating import keys
from models.rules.kinds import KeyKind
from models.tables import Plugin
from tests.postgresql import DURABLE, Server, server

PLUGINS = tuple(f"discourse-plugin-{n}" for n in range(100))
# So many have a key each. What a key reports may take a second of processor time at once, and little after that.
GUARDS = 50
_START_SECONDS = 30


@dataclass
class Stage:
    """A migrated database with a hundred plugins, and the keys of guards and of a browser canary to report with."""

    name: str
    url: str
    keys: Sequence[str]
    canary_key: str

    @property
    def key(self) -> str:
        """The key of a guard of which little is new; what is costs a key of the time that it may take."""
        return self.keys[0]

    def tidy(self) -> None:
        """Do after a bulk load what PostgreSQL does by itself within a minute, and SQLite need not do."""
        if self.url.startswith("postgresql"):
            with psycopg.connect(self.url, autocommit=True) as connection:
                connection.execute("VACUUM ANALYZE")

    def key_of(self, n: int) -> str:
        """The key of one of many guards."""
        return self.keys[n % len(self.keys)]


@contextmanager
def stages() -> Iterator[list["Backend"]]:
    """Both databases, each as it is deployed: every commit reaches the disk. PostgreSQL starts when it is asked for.

    Meanwhile SIGTERM ends what a benchmark has started before it ends the benchmark.
    """
    folder = Path(tempfile.mkdtemp(prefix="pluginwatch-bench-"))
    before = signal.signal(signal.SIGTERM, _end)
    try:
        with ExitStack() as started:
            postgresql = cache(partial(started.enter_context, server(DURABLE)))
            yield [Backend("sqlite", folder, None), Backend("postgresql", folder, postgresql)]
    finally:
        signal.signal(signal.SIGTERM, before)
        shutil.rmtree(folder, ignore_errors=True)


def _end(number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(128 + number)


@dataclass
class Backend:
    """Makes fresh databases of one kind."""

    name: str
    folder: Path
    postgresql: Callable[[], Server] | None

    def fresh(self) -> Stage:
        """An empty, migrated database with its plugins and key."""
        url = (
            self.postgresql().create()
            if self.postgresql
            else f"sqlite:///{tempfile.mktemp(dir=self.folder)}.sqlite3"
        )
        with closing(Database(url)) as database:
            migrate(database)
            now = datetime.now(UTC)
            with database.write() as session:
                session.add_all(plugin(handle, now) for handle in PLUGINS)
                guards = [
                    keys.create(session, KeyKind.SITE, f"bench {n}", None, now)
                    for n in range(GUARDS)
                ]
                canary_key = keys.create(session, KeyKind.CANARY, "bench", None, now)
        return Stage(self.name, url, guards, canary_key)


def number_and_databases(words: list[str], default: int) -> tuple[int, set[str]]:
    """How many, and on which databases, as what follows a measure's name says; both if none is named."""
    number = next((int(word) for word in words if word.isdigit()), default)
    return number, {word for word in words if not word.isdigit()} or {"sqlite", "postgresql"}


def plugin(handle: str, now: datetime) -> Plugin:
    """A row of the master list."""
    repository = f"example/{handle}"
    return Plugin(
        handle=handle,
        name=handle,
        repository=repository,
        repository_key=repository,
        created_at=now,
        updated_at=now,
    )


@contextmanager
def running(module: str, stage: Stage, **settings: object) -> Iterator[int]:
    """The process `python -m module` on the stage's database; yields the free port that it listens on."""
    with started(module, stage, settings) as (port, _):
        yield port


@contextmanager
def started(
    module: str, stage: Stage, settings: Mapping[str, object], log: IO[bytes] | None = None
) -> Iterator[tuple[int, int]]:
    """The same; yields the port and the process's id.

    What it logs goes to `log`, or else where ours goes.
    """
    port = free_port()
    environment = {
        **os.environ,
        "DATABASE_URL": stage.url,
        "PORT": str(free_port() if module == "bot" else port),
        "LOCAL_CHAT_PORT": str(port if module == "bot" else free_port()),
        "LINK_SIGNING_KEY": "for no link at all, as none is given here",
        "LOG_LEVEL": "ERROR",
        **{name: str(value) for name, value in settings.items()},
    }
    process = subprocess.Popen(
        [sys.executable, "-m", module], env=environment, stdout=log, stderr=log
    )
    try:
        wait_for(port, process)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(20)


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Return when the process listens.

    Raises:
        RuntimeError: it ended, or it took too long.
    """
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"{process.args!r} does not listen on port {port}")
