"""What `check` says of the database itself: damage, room, and who may read it."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from models.database.engine import Database
from models.health import check_database
from models.health.finding import Weight
from models.settings import Settings
from tests.servers.disk import Disk, disk


def said(database: Database, now: datetime, weight: Weight) -> str:
    return "\n".join(
        finding.words
        for finding in check_database(database, Settings(), now)
        if finding.weight is weight
    )


@pytest.fixture
def path(tmp_path: Path, sqlite_template: Path) -> Path:
    """A database's file that nobody uses."""
    made = tmp_path / "file.sqlite3"
    made.write_bytes(sqlite_template.read_bytes())
    return made


def test_a_whole_database(database: Database, now: datetime) -> None:
    assert "The database is whole, as far as it can say" in said(database, now, Weight.FINE)


def test_a_damaged_page(path: Path, now: datetime) -> None:
    with closing(Database(f"sqlite:///{path}")) as database, database.read() as session:
        sql = "SELECT rootpage, page_size FROM sqlite_schema, pragma_page_size WHERE name = 'statistic'"
        page, size = session.connection().exec_driver_sql(sql).one()
    content = bytearray(path.read_bytes())
    content[(page - 1) * size : page * size] = b"\xff" * size
    path.write_bytes(content)
    with closing(Database(f"sqlite:///{path}")) as database:
        assert "The database is damaged:" in said(database, now, Weight.FIX)


def test_a_row_without_its_parent(path: Path, now: datetime) -> None:
    with closing(Database(f"sqlite:///{path}")) as database:
        with closing(
            sqlite3.connect(path, isolation_level=None)
        ) as connection:  # which heeds no foreign keys
            connection.execute("DELETE FROM destination")
        assert "row 1 of subscription belongs to a row of destination" in said(
            database, now, Weight.FIX
        )


def test_a_file_that_others_may_read(path: Path, now: datetime) -> None:
    path.chmod(0o640)
    with closing(Database(f"sqlite:///{path}")) as database:
        assert f"chmod 600 {path}" in said(database, now, Weight.HINT)
        path.chmod(0o644)
        assert f"chmod o-rwx {path}" in said(database, now, Weight.FIX)


@pytest.mark.parametrize(
    ("most", "words"), [(7_999, "may open 7,999 files at the most"), (8_000, "")]
)
def test_a_low_limit_of_open_files(path: Path, most: int, words: str) -> None:
    """In a process of its own, for a limit that was lowered stays so."""
    command = ["sh", "-c", f'ulimit -n {most} && exec "$0" -m models check', sys.executable]
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{path}", "COLUMNS": "400"}
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert words in answer.stdout
    assert ("ulimit -n, LimitNOFILE" in answer.stdout) == bool(words)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Disk]:
    with disk(tmp_path / "small", megabytes=48) as made:
        if made is None:
            pytest.skip("only root can make a disk to fill")
        yield made


def test_a_full_disk(small: Disk, path: Path, now: datetime) -> None:
    place = small.path / path.name
    place.write_bytes(path.read_bytes())
    with closing(Database(f"sqlite:///{place}")) as database:
        assert "has only" in said(database, now, Weight.HINT)
        small.fill()
        assert "The disk of the database is full" in said(database, now, Weight.FIX)


def test_a_server_that_only_reads(database: Database, now: datetime) -> None:
    if database.is_sqlite:
        pytest.skip("a server of its own is PostgreSQL's alone")
    name = database.url.database
    with database.engine.execution_options(writes=True).begin() as connection:
        connection.exec_driver_sql(
            f'ALTER DATABASE "{name}" SET default_transaction_read_only = on'
        )
    database.close()
    assert "a server that only reads" in said(database, now, Weight.FIX)


def test_indexes_are_looked_at_where_a_superuser_lets_us(database: Database, now: datetime) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite's own check looks at indexes; this is PostgreSQL's")
    assert "CREATE EXTENSION amcheck lets us" in said(database, now, Weight.FINE)
    with database.engine.execution_options(writes=True).begin() as connection:
        if not connection.exec_driver_sql(
            "SELECT 1 FROM pg_available_extensions WHERE name = 'amcheck'"
        ).first():
            pytest.skip("this server's package has no amcheck")
        connection.exec_driver_sql("CREATE EXTENSION amcheck")
        connection.exec_driver_sql(_LYING_ORDER)
    assert "index lying_index: item order invariant violated" in said(database, now, Weight.FIX)


# An index whose order changes after it was made, as a new version of a collation changes it.
_LYING_ORDER = """
CREATE FUNCTION forwards(int4, int4) RETURNS int4 IMMUTABLE LANGUAGE sql AS 'SELECT btint4cmp($1, $2)';
CREATE OPERATOR CLASS lying FOR TYPE int4 USING btree AS
    OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 forwards(int4, int4);
CREATE TABLE lying_table AS SELECT n FROM generate_series(1, 1000) n;
CREATE INDEX lying_index ON lying_table (n lying);
CREATE OR REPLACE FUNCTION forwards(int4, int4) RETURNS int4 IMMUTABLE LANGUAGE sql AS 'SELECT btint4cmp($2, $1)';
"""
