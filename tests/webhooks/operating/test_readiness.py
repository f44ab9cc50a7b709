"""/readyz proves that the process can record, and says so within moments when it cannot."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime
from pathlib import Path

import httpx
import pytest
import sqlalchemy
from sqlmodel import func, select

from models.database.engine import Database
from models.database.integrity import Rests
from models.operating import keys
from models.rules.kinds import KeyKind
from models.tables import Report
from tests.conftest import DATABASES
from tests.damaging import damage
from tests.servers.disk import Disk, disk
from tests.waiting import LONG
from tests.webhooks.conftest import Door, line, report, serving
from tests.world import make_world
from webhooks.operating import readiness
from webhooks.operating.readiness import ReadinessTimes

READY = (200, {"status": "ready"})


def ask(http: httpx.Client) -> tuple[int, dict[str, str]]:
    answer = http.get("/readyz")
    return answer.status_code, answer.json()


def eventually(
    http: httpx.Client, holds: Callable[[tuple[int, dict[str, str]]], bool]
) -> tuple[int, dict[str, str]]:
    """What /readyz says once this holds."""
    deadline = time.monotonic() + LONG
    while not holds(said := ask(http)):
        assert time.monotonic() < deadline, said
        time.sleep(0.1)
    return said


def test_ready(door: Door) -> None:
    assert ask(door.http) == READY


@pytest.mark.parametrize("times", [ReadinessTimes(longest=0.5)])
def test_a_locked_database_is_not_ready_until_it_is_free(door: Door) -> None:
    with door.world.database.write() as session:
        if not door.world.database.is_sqlite:
            session.connection().exec_driver_sql("LOCK TABLE attendance")
        assert ask(door.http) == (
            503,
            {"status": "unavailable", "reason": "the database does not answer"},
        )
    eventually(door.http, lambda said: said == READY)


@pytest.mark.parametrize("name", DATABASES)
def test_a_read_only_database_is_not_ready(
    request: pytest.FixtureRequest, name: str, tmp_path: Path, sqlite_template: Path
) -> None:
    if name == "sqlite":
        url = f"sqlite:///{tmp_path}/read-only.sqlite3"
        content = bytearray(sqlite_template.read_bytes())
        content[18] = 3  # a version of the format that SQLite may only read
        (tmp_path / "read-only.sqlite3").write_bytes(content)
    else:
        url = request.getfixturevalue("copies").create()
        with closing(Database(url)) as database, database.write() as session:
            database_name = sqlalchemy.make_url(url).database
            session.connection().exec_driver_sql(
                f'ALTER DATABASE "{database_name}" SET default_transaction_read_only = on'
            )
    with (
        closing(Database(url)) as database,
        serving(database, times=ReadinessTimes(longest=LONG)) as address,
        httpx.Client(base_url=address, timeout=LONG, verify=False) as http,
    ):
        status, said = ask(http)
    assert (status, said["status"]) == (503, "unavailable")
    assert said["reason"] in {"OperationalError", "InternalError"}


def test_a_damaged_page_is_found_though_nobody_reads_it(
    tmp_path: Path, sqlite_template: Path
) -> None:
    times = ReadinessTimes(fresh=0.0, longest=LONG, rests=Rests(times=0.0, least=0.001))
    path = tmp_path / "damaged.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    damage(path, "statistic")
    with (
        closing(Database(f"sqlite:///{path}")) as database,
        serving(database, times=times) as address,
        httpx.Client(base_url=address, timeout=LONG, verify=False) as http,
    ):
        _, said = eventually(http, lambda said: said[0] == 503)
    assert said["reason"] == "the database is damaged: run python -m models check"


@pytest.mark.parametrize("times", [ReadinessTimes(fresh=60.0, longest=LONG)])
def test_strangers_who_ask_at_once_cost_one_write(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = threading.Semaphore(0)
    real = readiness.unready

    def counted(database: Database, now: datetime) -> str | None:
        looks.release()
        return real(database, now)

    monkeypatch.setattr(readiness, "unready", counted)
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: ask(door.http)[0], range(40))) == {200}
    assert looks.acquire(blocking=False)
    assert not looks.acquire(blocking=False)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Disk]:
    with disk(tmp_path / "small", megabytes=48) as made:
        if made is None:
            pytest.skip("only root can make a disk to fill")
        yield made


def test_a_full_disk_loses_nothing_and_all_goes_on_when_there_is_room(
    small: Disk, sqlite_template: Path, now: datetime
) -> None:
    path = small.path / "full.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    with closing(Database(f"sqlite:///{path}")) as database:
        make_world(database, now, "solved")
        with database.write() as session:
            key = keys.create(session, KeyKind.SITE, "one", None, now)
        with (
            serving(database, times=ReadinessTimes(fresh=0.0, longest=LONG)) as address,
            httpx.Client(base_url=address, timeout=LONG, verify=False) as http,
        ):
            assert ask(http) == READY
            small.fill()
            assert "the disk is full" in ask(http)[1]["reason"]
            statuses = [_report(http, key, number) for number in range(60)]
            assert statuses[-1] == 503
            assert _stored(database) >= statuses.count(200)
            small.free()
            eventually(http, lambda said: said == READY)
            assert [_report(http, key, number) for number in range(100, 110)] == [200] * 10
            assert {thread.name for thread in threading.enumerate()} >= {
                "intake",
                "checkpoints",
                "attendance",
            }
            assert _stored(database) >= statuses.count(200) + 10


def _report(http: httpx.Client, key: str, number: int) -> int:
    said = report(
        line(
            "solved",
            status=2,
            sha=f"{number:08x}",
            message=f"Error {number}",
            backtrace="x" * 20_000,
        )
    )
    return http.post("/plugin-manager/status", json=said, headers={"Api-Key": key}).status_code


def _stored(database: Database) -> int:
    with database.read() as session:
        return session.exec(select(func.count()).select_from(Report)).one()
