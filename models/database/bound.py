"""Rows for SQLite that are bound to a statement, which takes it half of the time that reading `bulk`'s JSON does.

Each number of rows is a statement of its own, so that it is for the hot path only.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

from sqlmodel import Session

from models.database import bulk

# Parts of the rows are powers of two, filled up with nothing. Statements for more rows at a time are slower.
_FEWEST = 16
_MOST = 256


def run(session: Session, sql: str, rows: Sequence[bulk.Row], **values: object) -> list[Any]:
    """As `bulk.run`, for a statement to which each row counts by itself, so that it may be run for some after others.

    The first column of the one list of rows is never null, and all are texts and numbers.

    Raises:
        Exception: as `bulk.run`.
    """
    if session.connection().dialect.name != "sqlite":
        return list(bulk.run(session, sql, rows, **values))
    session.flush()
    found: list[Any] = []
    for start in range(0, len(rows), _MOST):
        found += _run_part(session, sql, rows[start : start + _MOST], values)
    return found


def fetch(
    session: Session, queries: Mapping[str, tuple[str, str]], **values: Any
) -> Mapping[str, Sequence[Any]]:
    """As `bulk.fetch`, for queries of which each has one list of rows, which has its name.

    Raises:
        Exception: as `bulk.run`.
    """
    if session.connection().dialect.name != "sqlite":
        return bulk.fetch(session, queries, **values)
    return {name: run(session, sql, values[name], **values) for name, (_, sql) in queries.items()}


def _run_part(
    session: Session, sql: str, rows: Sequence[bulk.Row], values: Mapping[str, object]
) -> list[Any]:
    places = max(_FEWEST, 1 << (len(rows) - 1).bit_length())
    statement, names, width = _bound(sql, places)
    given = [bulk.sqlite_value(values[name]) for name in names]
    nothing = [None] * ((places - len(rows)) * width)
    driver: Any = session.connection().connection.driver_connection
    found: list[Any] = driver.execute(
        statement, [*given, *chain.from_iterable(rows), *nothing]
    ).fetchall()
    return found


@lru_cache(maxsize=64)
def _bound(sql: str, places: int) -> tuple[str, Sequence[str], int]:
    """The statement for so many rows, the names of the values that come before these, and the number of columns."""
    ((name, listed),) = re.findall(r"\{(\w+)\((.*?)\)\}", sql, flags=re.DOTALL)
    columns = [column.split()[0] for column in listed.split(",")]
    numbered, names = bulk.numbered(sql, "?")
    picked = ", ".join(f"column{place} AS {column}" for place, column in enumerate(columns, 1))
    row = f"({', '.join('?' * len(columns))})"
    # Each sign without a number is the place after the last one.
    values = ", ".join([row] * places).replace("?", f"?{len(names) + 1}", 1)
    table = f"(SELECT {picked} FROM (VALUES {values}) WHERE column1 IS NOT NULL)"  # noqa: S608 - this project's own SQL
    return (
        re.sub(rf"\{{{name}\(.*?\)\}}", lambda _: table, numbered, flags=re.DOTALL),
        names,
        len(columns),
    )
