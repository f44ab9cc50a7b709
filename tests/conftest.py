"""Every test of the truth runs on both databases, fresh and migrated; the summary tells how many ran on each."""

import fcntl
import gc
import os
import shutil
import signal
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from types import FrameType

import hypothesis
import pytest
from anyio import open_file  # noqa: F401 - imported late, by a server's thread, Python 3.11 may fail at it

from models.database.engine import Database
from models.database.migrate import migrate
from tests.postgresql import Copies, Server, server
from tests.statements import know_factories, share_compiled

DATABASES = ("sqlite", "postgresql")
# Every process that a test starts on PostgreSQL must have one.
os.environ["LINK_SIGNING_KEY"] = "made for tests, and long enough for one"
_LONGEST_SECONDS = 150  # a test of several processes takes 20, and on a busy machine a multiple
# How many objects are made before the new ones are looked through; Python's own 700 suit short programs.
_GARBAGE = 10_000
# An example that takes 200 ms says that the machine is busy.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")
share_compiled()
know_factories()


@pytest.fixture
def now() -> datetime:
    """A moment; tests add to it rather than look at a clock."""
    return datetime(2026, 3, 14, 15, 9, 26, tzinfo=UTC)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated database that nobody else uses."""
    with closing(Database(database_url)) as database:
        yield database


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a migrated database that nobody else uses, for tests that start processes."""
    yield from _fresh(request, tmp_path, migrated=True)


@pytest.fixture(params=DATABASES)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without any table."""
    yield from _fresh(request, tmp_path, migrated=False)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """One server for each process of the run; it starts when the first test asks for it."""
    with server() as running:
        yield running


@pytest.fixture(scope="session")
def copies(postgresql: Server) -> Iterator[Copies]:
    """Of a database that is migrated once: copying it is much faster than migrating again."""
    template = postgresql.create()
    _migrate(template)
    with closing(Copies(postgresql, template)) as copies:
        yield copies
    postgresql.drop(template)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrated once for all processes of the run: copying it is much faster than migrating again."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    path = folder / "template.sqlite3"
    with (folder / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            made = folder / "made.sqlite3"
            _migrate(f"sqlite:///{made}")
            with closing(sqlite3.connect(made)) as connection:
                # As `backup` leaves it, for it is copied alone.
                connection.execute("PRAGMA journal_mode=DELETE")
            made.rename(path)
    return path


def _fresh(request: pytest.FixtureRequest, tmp_path: Path, *, migrated: bool) -> Iterator[str]:
    request.node.user_properties.append(("database", request.param))
    if request.param == "postgresql":
        made: Copies | Server = request.getfixturevalue("copies" if migrated else "postgresql")
        url = made.create()
        yield url
        made.drop(url)
        return
    path = tmp_path / "pluginwatch.sqlite3"
    if migrated:
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
    yield f"sqlite:///{path}"


def _migrate(url: str) -> None:
    with closing(Database(url)) as database:
        migrate(database)


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Iterator[None]:
    """Spare Python looking through all modules and tests for garbage, again and again: they stay until the end.

    It took a third of the time of collecting, and a tenth of that of many tests.
    """
    gc.disable()
    try:
        if session.config.args == session.config.getini("testpaths"):
            _import_in_turn()
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(_GARBAGE)
        gc.enable()


def _import_in_turn() -> None:
    """Let each process of a run begin with other tests, so that it finds compiled what another one has imported.

    In a fresh clone all would compile the same file at the same moment otherwise.
    """
    if not (worker := os.environ.get("PYTEST_XDIST_WORKER")):
        return
    here = Path(__file__).parent
    names = sorted(here.rglob("test_*.py"))
    first = (
        len(names) * int(worker.removeprefix("gw")) // int(os.environ["PYTEST_XDIST_WORKER_COUNT"])
    )
    for path in names[first:] + names[:first]:
        # What cannot be imported is reported when it is collected.
        with suppress(Exception):
            import_module(".".join(path.relative_to(here.parent).with_suffix("").parts))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """A test that hangs fails by its name, rather than take the whole run with it."""

    def give_up(_number: int, _frame: FrameType | None) -> None:
        raise TimeoutError(f"{item.name} took longer than {_LONGEST_SECONDS} seconds")

    signal.signal(signal.SIGALRM, give_up)
    signal.alarm(_LONGEST_SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests ran on each database."""
    counts = Counter(
        (dict(getattr(report, "user_properties", ())).get("database"), outcome)
        for outcome in ("passed", "failed", "error")
        for report in terminalreporter.stats.get(outcome, [])
    )
    parts = []
    for name in DATABASES:
        broken = counts[name, "failed"] + counts[name, "error"]
        parts.append(
            f"{name}: {counts[name, 'passed']} passed" + (f" and {broken} failed" if broken else "")
        )
    terminalreporter.write_line(", ".join(parts))
