"""What is put back was looked at first, and a plain copy of a live file is noticed."""

import shutil
import stat
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import select
from typer.testing import CliRunner

from models.__main__ import app
from models.database import copies
from models.database.backup import back_up
from models.database.engine import Database
from models.database.migrate import migrate
from models.database.restore import RestoreError, restore
from models.health import check_database
from models.health.finding import Weight
from models.operating import keys
from models.rules.kinds import KeyKind
from models.settings import Settings
from models.tables import ApiKey

NOW = datetime(2026, 3, 14, tzinfo=UTC)


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Database]:
    """A database in use, whose newest row stands in its log alone."""
    with closing(Database(f"sqlite:///{tmp_path}/live.sqlite3")) as database:
        migrate(database)
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        make_key(database, "in the log")
        yield database


def make_key(database: Database, name: str) -> None:
    with database.write() as session:
        keys.create(session, KeyKind.SITE, name, None, NOW)


def names(path: Path) -> list[str]:
    with closing(Database(f"sqlite:///{path}")) as database, database.read() as session:
        return [key.name for key in session.exec(select(ApiKey))]


def plain_copy(live: Database, folder: Path, *, with_log: bool = False) -> Path:
    folder.mkdir()
    copied = folder / "copy.sqlite3"
    shutil.copy(live.path, copied)
    if with_log:
        shutil.copy(f"{live.path}-wal", f"{copied}-wal")
    return copied


def test_a_plain_copy_misses_rows_and_is_refused(live: Database, tmp_path: Path) -> None:
    copied = plain_copy(live, tmp_path / "copies")
    place = tmp_path / "place.sqlite3"
    with closing(Database(f"sqlite:///{place}")) as other:
        with pytest.raises(RestoreError, match="plain copy of a database in use"):
            restore(other.url, copied)
        assert not place.exists()
        assert restore(other.url, copied, plain_copy=True) is None
    assert names(place) == []
    assert copied.stat().st_size == place.stat().st_size


def test_a_copy_with_its_log_is_whole(live: Database, tmp_path: Path) -> None:
    copied = plain_copy(live, tmp_path / "copies", with_log=True)
    place = tmp_path / "place.sqlite3"
    with closing(Database(f"sqlite:///{place}")) as other:
        restore(other.url, copied)
    assert names(place) == ["in the log"]
    assert stat.S_IMODE(place.stat().st_mode) == 0o600


def test_a_database_in_use_is_not_replaced(live: Database, tmp_path: Path) -> None:
    target = tmp_path / "backup"
    back_up(live.url, target)
    with live.read() as session:
        session.exec(select(ApiKey)).all()
        with pytest.raises(RestoreError, match="stop web, bot and jobs first"):
            restore(live.url, target)
    assert names(live.path) == ["in the log"]


def test_what_stood_there_is_kept(live: Database, tmp_path: Path) -> None:
    target = tmp_path / "backup"
    back_up(live.url, target)
    make_key(live, "later")
    live.close()
    former = restore(live.url, target)
    assert names(live.path) == ["in the log"]
    assert former is not None
    assert names(former) == ["in the log", "later"]


@pytest.mark.parametrize(("start", "words"), [(0, "no backup"), (40_960, "damaged|no backup")])
def test_a_damaged_backup_is_refused(
    live: Database, tmp_path: Path, start: int, words: str
) -> None:
    target = tmp_path / "backup"
    back_up(live.url, target)
    content = bytearray(target.read_bytes())
    content[start : start + 40_960] = b"\xff" * 40_960
    target.write_bytes(content)
    live.close()
    with pytest.raises(RestoreError, match=words):
        restore(live.url, target)
    assert names(live.path) == ["in the log"]
    assert not list(tmp_path.glob("*.restoring*"))


def hints(database: Database) -> list[str]:
    found = check_database(database, Settings(), datetime.now(UTC))
    return [
        finding.words
        for finding in found
        if finding.weight is Weight.HINT and "plain copy" in finding.words
    ]


def test_check_notices_a_plain_copy_before_and_after_a_process_started_on_it(
    live: Database, tmp_path: Path
) -> None:
    copied = plain_copy(live, tmp_path / "copies")
    with closing(Database(f"sqlite:///{copied}")) as database:
        assert len(hints(database)) == 1
    with closing(Database(f"sqlite:///{copied}")) as database:
        migrate(database)
        assert len(hints(database)) == 1
        make_key(database, "another")
        assert len(hints(database)) == 1


def test_check_does_not_cry_for_a_backup_a_copy_with_its_log_or_the_file_itself(
    live: Database, tmp_path: Path
) -> None:
    target = tmp_path / "backup"
    back_up(live.url, target)
    copied = plain_copy(live, tmp_path / "copies", with_log=True)
    for path in (target, copied):
        with closing(Database(f"sqlite:///{path}")) as database:
            migrate(database)
            assert hints(database) == []
    live.close()
    assert copies.alone_since(live.path)  # as after every clean end
    migrate(live)
    assert hints(live) == []


def test_the_command_line(live: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", str(live.url))
    target = tmp_path / "backup"
    run = CliRunner().invoke
    assert run(app, ["backup", str(target)]).exit_code == 0
    live.close()
    done = run(app, ["restore", str(target)])
    assert (done.exit_code, "before-restore-1" in done.output) == (0, True)
    refused = run(app, ["restore", str(tmp_path / "nothing")])
    assert refused.exit_code == 1
    assert "Nothing was restored: there is no file" in refused.output
    assert "the copy misses them without a word" in " ".join(
        run(app, ["backup", "--help"]).output.split()
    )
