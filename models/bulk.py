"""One statement a batch: rows travel to SQLite and PostgreSQL as one JSON parameter.

A statement a row would cost a round trip each on PostgreSQL, and on SQLite a hand-over of the interpreter's lock each,
for which the event loop is the other bidder.
"""

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlmodel import Session

Row = Sequence[object]


def run(session: Session, sql: str, rows: Sequence[Row] = (), **values: object) -> Sequence[Any]:
    """Run `sql` once for all `rows`; return the rows that it returns, with times as the driver gives them.

    In `sql`, `{rows(id int, name text)}` stands for a table of the rows with these columns, and `:name` for a value.
    Another list of rows may be given as a value and is named in the same way. `{for update skip locked}` is heeded on
    PostgreSQL; SQLite has one writer, who finds nothing locked.
    """
    connection = session.connection()
    dialect = connection.dialect.name
    parameters = {name: _value(dialect, value) for name, value in {"rows": rows, **values}.items()}
    result = connection.exec_driver_sql(_statement(dialect, sql), parameters)
    return result.all() if result.returns_rows else ()


def _value(dialect: str, value: object) -> object:
    if isinstance(value, (list, tuple)):
        return json.dumps(value)
    if dialect == "sqlite" and isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")  # as SQLAlchemy stores it
    return value


@lru_cache(maxsize=256)
def _statement(dialect: str, sql: str) -> str:
    sql = sql.replace("{for update skip locked}", "" if dialect == "sqlite" else "FOR UPDATE SKIP LOCKED")
    sql = re.sub(r"\{(\w+)\((.*?)\)\}", lambda found: _table(dialect, found[1], found[2]), sql, flags=re.DOTALL)
    return sql if dialect == "sqlite" else re.sub(r"(?<!:):(\w+)", r"%(\1)s", sql)


def _table(dialect: str, name: str, columns: str) -> str:
    pairs = [column.split() for column in columns.split(",")]
    if dialect == "sqlite":
        picked = ", ".join(f"value ->> {place} AS {column}" for place, (column, _) in enumerate(pairs))
        return f"(SELECT {picked} FROM json_each(:{name}))"  # noqa: S608 - built from this project's own SQL
    picked = ", ".join(f"(value ->> {place})::{type_} AS {column}" for place, (column, type_) in enumerate(pairs))
    return f"(SELECT {picked} FROM json_array_elements(:{name}::json) AS t(value))"  # noqa: S608 - as above
