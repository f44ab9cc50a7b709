"""Damages a database of SQLite, as a bad disk does."""

from contextlib import closing
from pathlib import Path

from models.database.engine import Database

_ROOT = """
SELECT rootpage, page_size FROM sqlite_schema, pragma_page_size WHERE name = :table
"""


def damage(path: Path, table: str) -> None:
    """Overwrite the beginning of the table's first page."""
    with closing(Database(f"sqlite:///{path}")) as database, database.read() as session:
        page, size = session.connection().exec_driver_sql(_ROOT, {"table": table}).one()
    content = bytearray(path.read_bytes())
    content[(page - 1) * size : (page - 1) * size + 200] = b"\xff" * 200
    path.write_bytes(content)
