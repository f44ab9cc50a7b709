"""A backup is whole, checked, taken while everything runs, and can be restored."""

import shutil
import threading
from datetime import datetime
from pathlib import Path

import httpx
import pytest
import sqlalchemy
from sqlmodel import select

from models.database import backup
from models.database.backup import BackupError, back_up
from models.database.engine import Database
from models.database.migrate import pending
from models.database.restore import restore as put_back
from models.operating import keys
from models.rules.kinds import KeyKind
from models.tables import ApiKey, Destination
from tests.waiting import LONG
from tests.webhooks.conftest import serving
from tests.world import BAD, GOOD, make_world, saw


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "the backup"


def test_what_was_backed_up_can_be_restored(
    database: Database, target: Path, now: datetime
) -> None:
    with database.write() as session:
        keys.create(session, KeyKind.SITE, "kept", None, now)
    back_up(database.url, target)
    with database.write() as session:
        keys.create(session, KeyKind.SITE, "too late", None, now)
    restore(database, target)
    with database.read() as session:
        assert [key.name for key in session.exec(select(ApiKey))] == ["kept"]
        assert [room.name for room in session.exec(select(Destination))] == ["Local room"]


def test_pluginwatch_starts_on_a_restored_database(
    database: Database, target: Path, now: datetime
) -> None:
    world = make_world(database, now, "solved")
    with database.write() as session:
        key = keys.create(session, KeyKind.SITE, "canary-2", None, now)
    world.report(saw("solved", "p1", BAD))
    back_up(database.url, target)
    world.report(saw("solved", "p2", GOOD))
    restore(database, target)
    assert not pending(database)
    with (
        serving(database) as address,
        httpx.Client(base_url=address, timeout=LONG, verify=False) as http,
    ):
        assert http.get("/readyz").json() == {"status": "ready"}
        assert "1 open incident" in http.get("/").text
        line = {"name": "solved", "branch": "main", "sha": "p3", "status": 1}
        body = {
            "domain": "b.example",
            "plugins": [line],
            "discourse": {"branch": "tests-passed", "sha": "h1"},
        }
        answer = http.post("/plugin-manager/status", json=body, headers={"Api-Key": key})
        assert answer.json()["success"] == "OK"
        assert "Nothing is known to be broken" in http.get("/").text
    assert len(world.announced()) > 1


def restore(database: Database, target: Path) -> None:
    database.close()
    put_back(database.url, target)


def test_a_backup_is_for_its_owner_only(database: Database, target: Path) -> None:
    back_up(database.url, target)
    assert target.stat().st_mode & 0o777 == 0o600


def test_a_backup_is_one_file(database: Database, target: Path, tmp_path: Path) -> None:
    before = set(tmp_path.iterdir())
    back_up(database.url, target)
    assert {path for path in tmp_path.iterdir() if path.name.startswith(target.name)} == {target}
    assert set(tmp_path.iterdir()) >= before


def test_a_backup_while_others_write(database: Database, target: Path, now: datetime) -> None:
    stop = threading.Event()
    writer = threading.Thread(target=_write, args=(database, now, stop))
    writer.start()
    try:
        back_up(database.url, target)
    finally:
        stop.set()
        writer.join()
    assert target.stat().st_size > 0


def _write(database: Database, now: datetime, stop: threading.Event) -> None:
    while not stop.wait(0.001):
        with database.write() as session:
            keys.create(session, KeyKind.SITE, "one of many", None, now)


def test_a_file_is_never_overwritten(database: Database, target: Path) -> None:
    target.write_text("precious")
    with pytest.raises(BackupError, match="never overwrites"):
        back_up(database.url, target)
    assert target.read_text() == "precious"


def test_a_folder_that_is_not_there(database: Database, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="cannot be written"):
        back_up(database.url, tmp_path / "nowhere" / "backup")


@pytest.mark.parametrize("content", [None, b"no database at all " * 1000])
def test_no_database_leaves_no_backup(tmp_path: Path, target: Path, content: bytes | None) -> None:
    source = tmp_path / "source.sqlite3"
    if content:
        source.write_bytes(content)
    with pytest.raises(BackupError):
        back_up(sqlalchemy.make_url(f"sqlite:///{source}"), target)
    assert not target.exists()


def test_a_damaged_database_is_told(tmp_path: Path, target: Path, sqlite_template: Path) -> None:
    damaged = bytearray(sqlite_template.read_bytes())
    damaged[8192:40960] = bytes(32768)
    source = tmp_path / "source.sqlite3"
    source.write_bytes(damaged)
    with pytest.raises(BackupError):
        back_up(sqlalchemy.make_url(f"sqlite:///{source}"), target)
    assert not target.exists()


def test_without_pg_dump(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(BackupError, match="pg_dump is not on the PATH"):
        back_up(sqlalchemy.make_url("postgresql://h/db"), target)
    assert not target.exists()


def test_a_password_is_not_on_a_command_line(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[tuple[list[str], dict[str, str]]] = []
    monkeypatch.setattr(backup, "_run", lambda command, secrets: ran.append((command, secrets)))
    monkeypatch.setattr(shutil, "which", lambda name: name)
    back_up(
        sqlalchemy.make_url("postgresql+psycopg://u:hun%40ter2@h:5433/db?sslmode=require"), target
    )
    command, secrets = ran[0]
    assert command[-1] == "--dbname=postgresql://u@h:5433/db?sslmode=require"
    assert secrets == {"PGPASSWORD": "hun@ter2"}
