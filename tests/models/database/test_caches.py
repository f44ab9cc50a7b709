"""What SQLite keeps in memory of its file, over all connections of a process."""

import _sqlite3
import contextlib
import ctypes
from contextlib import closing
from pathlib import Path

from models.database import bulk
from models.database.engine import Database

_MIB = 1024 * 1024
_FILL = """
WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 4000)
INSERT INTO page SELECT hex(zeroblob(2000)) FROM number
"""


def test_all_connections_together_keep_little_more_than_the_writer_alone(tmp_path: Path) -> None:
    with closing(Database(f"sqlite:///{tmp_path / 'large.sqlite3'}")) as database:
        with database.write() as session:
            bulk.run(session, "CREATE TABLE page (content TEXT)")
            bulk.run(session, _FILL)
        with contextlib.ExitStack() as opened:
            opened.enter_context(database.write())
            for _ in range(8):
                session = opened.enter_context(database.read())
                ((length,),) = bulk.run(session, "SELECT sum(length(content)) FROM page")
                assert length == 16_000_000
            assert _used() < 12 * _MIB


def _used() -> int:
    """Bytes, by SQLite's own count."""
    library = ctypes.CDLL(_sqlite3.__file__)
    library.sqlite3_memory_used.restype = ctypes.c_int64
    used: int = library.sqlite3_memory_used()
    return used
