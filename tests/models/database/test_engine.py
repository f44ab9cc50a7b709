"""The database when it stands still, is full, locked or damaged: nobody waits without end, and nothing is lost."""

import stat
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy

from models.complaint import Complaint
from models.database import bulk
from models.database.engine import Database, DatabaseTrouble, LostTransactionError, is_whole
from models.database.migrate import migrate
from models.database.patient_connection import PatientConnection
from models.database.starting import migrate_when_there
from models.operating import keys
from models.rules.kinds import KeyKind
from tests.postgresql import Copies
from tests.servers.way import Way
from tests.waiting import LONG


@pytest.fixture
def way(copies: Copies) -> Iterator[tuple[Way, str]]:
    """A database behind a way that can be cut, and its URL there."""
    url = copies.create()
    try:
        with Way.to(sqlalchemy.make_url(url)) as way:
            yield way, way.url
    finally:
        copies.drop(url)


def ask(database: Database) -> int:
    with database.read() as session:
        return int(session.connection().exec_driver_sql("SELECT 1").scalar_one())


def test_an_answer_that_never_comes_is_given_up(way: tuple[Way, str]) -> None:
    cut, url = way
    with closing(Database(url, patience=0.6, grace=0.2)) as database:
        assert ask(database) == 1
        cut.swallow()
        with pytest.raises(DatabaseTrouble), database.write() as session:
            session.connection().exec_driver_sql("SELECT 1")
        cut.mend()
        assert ask(database) == 1


def test_a_server_ends_what_takes_too_long(way: tuple[Way, str]) -> None:
    _, url = way
    with (
        closing(Database(url, patience=1)) as database,
        pytest.raises(sqlalchemy.exc.OperationalError, match="statement timeout"),
        database.read() as session,
    ):
        session.connection().exec_driver_sql("SELECT pg_sleep(30)")


def test_a_question_is_prepared_when_it_is_asked_first(way: tuple[Way, str]) -> None:
    _, url = way
    with closing(Database(url)) as database:
        for _ in range(8):
            with database.read() as session:
                bulk.run(session, "SELECT count(*) FROM plugin WHERE id = :id", id=1)
        with database.read() as session:
            ((uses,),) = bulk.run(
                session,
                "SELECT generic_plans + custom_plans FROM pg_prepared_statements"
                " WHERE statement LIKE 'SELECT count(*) FROM plugin%'",
            )
    assert uses == 8


class TakenBack(Exception):  # noqa: N818 - nothing is wrong
    """What was written is not to stand."""


def test_what_is_prepared_outlives_a_transaction_that_is_taken_back(way: tuple[Way, str]) -> None:
    _, url = way
    with closing(Database(url)) as database:
        for _ in range(8):
            with suppress(TakenBack), database.write() as session:
                bulk.run(session, "UPDATE plugin SET name = name WHERE id = :id", id=1)
                raise TakenBack
        assert _updates_prepared(database) == [8]
        with pytest.raises(DatabaseTrouble), database.write() as session:
            bulk.run(session, "SELECT 1 / :nothing", nothing=0)
        # What failed stays with the server, without a name that anybody knows, until all is forgotten.
        assert _updates_prepared(database) == []


def _updates_prepared(database: Database) -> list[int]:
    """How often each update that the writer's connection has prepared was used."""
    with database.write() as session:
        found = bulk.run(
            session,
            "SELECT generic_plans + custom_plans FROM pg_prepared_statements WHERE statement LIKE 'UPDATE plugin%'",
        )
    return [uses for (uses,) in found]


def test_plans_that_are_old_are_made_again(copies: Copies, monkeypatch: pytest.MonkeyPatch) -> None:
    url = copies.create()
    with closing(Database(url)) as database:
        with database.write() as session:
            bulk.run(session, "CREATE TABLE grows AS SELECT 1 AS id")
            bulk.run(session, "CREATE INDEX grows_by_id ON grows (id)")
        assert "Seq Scan" in _plan_of_grows(database)
        with database.write() as session:
            bulk.run(session, "INSERT INTO grows SELECT generate_series(2, 20000)")
        assert "Seq Scan" in _plan_of_grows(database)
        with database.write() as session:
            driver = session.connection().connection.driver_connection
            assert isinstance(driver, PatientConnection)
            monkeypatch.setattr(driver, "_plans_last", 0.0)
        assert "grows_by_id" in _plan_of_grows(database)
    copies.drop(url)


def _plan_of_grows(database: Database) -> str:
    """How the writer's connection finds a row, by the plan that it has."""
    with database.write() as session:
        bulk.run(session, "SELECT count(*) FROM grows WHERE id = :id", id=1)
        ((name,),) = bulk.run(
            session,
            "SELECT name FROM pg_prepared_statements WHERE statement LIKE 'SELECT count(*) FROM grows%'",
        )
        return str(bulk.run(session, f"EXPLAIN EXECUTE {name}('1')"))


def test_a_connection_that_died_while_it_rested_is_replaced(
    copies: Copies, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.database.patient_connection._REST_SECONDS", 0.0)
    url = copies.create()
    with closing(Database(url)) as database, closing(Database(url)) as other:
        with database.write() as session:
            ((process,),) = bulk.run(session, "SELECT pg_backend_pid()")
        with other.write() as session:
            bulk.run(session, "SELECT pg_terminate_backend(:process)", process=process)
        with database.write() as session:
            ((another,),) = bulk.run(session, "SELECT pg_backend_pid()")
    assert another != process
    copies.drop(url)


def test_who_reads_changes_nothing(way: tuple[Way, str]) -> None:
    _, url = way
    with (
        closing(Database(url)) as database,
        pytest.raises(sqlalchemy.exc.DBAPIError, match="read-only"),
        database.read() as session,
    ):
        bulk.run(session, "DELETE FROM plugin")


def test_the_limits_of_a_connection(way: tuple[Way, str]) -> None:
    _, url = way
    with closing(Database(f"{url}?tcp_user_timeout=4321")) as database, database.read() as session:
        driver = session.connection().connection.driver_connection
        assert isinstance(driver, PatientConnection)
        parameters = driver.info.get_parameters()
        assert parameters["tcp_user_timeout"] == "4321"  # the URL has the last word
        assert parameters["keepalives_idle"] == "5"
        idle = (
            session.connection()
            .exec_driver_sql("SHOW idle_in_transaction_session_timeout")
            .scalar_one()
        )
    assert idle == "1min"


def test_a_listener_comes_back_over_a_way_that_was_cut(way: tuple[Way, str]) -> None:
    cut, url = way
    woken, stop = threading.Semaphore(0), threading.Event()
    with (
        closing(Database(url)) as database,
        _thread(lambda: database.watch(woken.release, stop, 0.4), stop),
    ):
        assert woken.acquire(timeout=LONG)
        cut.swallow()
        time.sleep(1)
        cut.mend()
        assert woken.acquire(timeout=LONG)


def test_a_watcher_outlives_whoever_it_wakes(database: Database) -> None:
    calls, stop = threading.Semaphore(0), threading.Event()

    def changed() -> None:
        calls.release()
        raise RuntimeError("Event loop is closed")

    with _thread(lambda: database.watch(changed, stop), stop):
        assert calls.acquire(timeout=LONG)
        assert calls.acquire(timeout=LONG)


def test_checkpoints_go_on_after_trouble(tmp_path: Path) -> None:
    path, stop = tmp_path / "a.sqlite3", threading.Event()
    path.write_bytes(b"no database " * 1000)
    with (
        closing(Database(f"sqlite:///{path}")) as database,
        _thread(lambda: database.checkpoint(stop), stop),
    ):
        time.sleep(0.8)  # it fails at first
        path.unlink()
        migrate(database)
        before = path.stat().st_mtime_ns
        with database.write() as session:
            session.connection().exec_driver_sql("CREATE TABLE t (x)")
        _until(lambda: path.stat().st_mtime_ns > before)  # else only the log beside it is written


def test_a_full_disk_takes_back_the_whole_transaction(tmp_path: Path) -> None:
    with closing(Database(f"sqlite:///{tmp_path}/full.sqlite3")) as database:
        with database.write() as session:
            session.connection().exec_driver_sql("CREATE TABLE t (x)")
        with pytest.raises(LostTransactionError):
            _fill(database)
        with database.read() as session:
            assert session.connection().exec_driver_sql("SELECT count(*) FROM t").scalar_one() == 0


def _fill(database: Database) -> None:
    with database.write() as session:
        run = session.connection().exec_driver_sql
        run("INSERT INTO t VALUES ('acknowledged')")
        assert is_whole(session)
        run("PRAGMA max_page_count = 2")
        with pytest.raises(sqlalchemy.exc.OperationalError, match="full"):
            run("INSERT INTO t VALUES (zeroblob(100000))")
        assert not is_whole(session)


def test_a_new_database_is_for_its_owner_only(tmp_path: Path) -> None:
    with closing(Database(f"sqlite:///{tmp_path}/new.sqlite3")) as database:
        migrate(database)
        with database.write() as session:
            keys.create(session, KeyKind.SITE, "one", None, _now())
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert modes == {"new.sqlite3": 0o600, "new.sqlite3-wal": 0o600, "new.sqlite3-shm": 0o600}


def test_a_process_that_starts_while_the_database_is_away_waits_for_it(
    way: tuple[Way, str],
) -> None:
    cut, url = way
    cut.swallow()
    with closing(Database(f"{url}?connect_timeout=2")) as database:
        mending = threading.Timer(0.5, cut.mend)
        mending.start()
        migrate_when_there(database)
        assert ask(database) == 1
    cut.swallow()
    with (
        closing(Database(f"{url}?connect_timeout=2")) as database,
        pytest.raises(SystemExit, match="cannot be used"),
    ):
        migrate_when_there(database, longest=0)


def test_what_everyone_could_read_is_tightened(tmp_path: Path, sqlite_template: Path) -> None:
    path = tmp_path / "old.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    path.chmod(0o644)
    with closing(Database(f"sqlite:///{path}")) as database:
        migrate(database)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_kind_of_trouble_is_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    complaint = Complaint("no_room")
    for error in (OSError("a"), OSError("b"), ValueError("c")):
        complaint.tell(error)
    complaint.over()
    complaint.over()
    complaint.tell(OSError("d"))
    told = capsys.readouterr()
    assert (told.out + told.err).count("no_room_is_over") == 1
    assert (told.out + told.err).count("no_room ") == 3


def _now() -> datetime:
    return datetime(2026, 3, 14, tzinfo=UTC)


@contextmanager
def _thread(work: Callable[[], None], stop: threading.Event) -> Iterator[None]:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield
        assert thread.is_alive()
    finally:
        stop.set()
        thread.join(LONG)


def _until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LONG
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)
