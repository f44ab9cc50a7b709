"""How the database finds what a session asks."""

from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy

from models.database.engine import Session

# A statement and what it is asked with.
Asked = tuple[str, Any]

_EXPLAIN = {"sqlite": "EXPLAIN QUERY PLAN ", "postgresql": "EXPLAIN "}


def asked_from_now(session: Session, wanted: Callable[[str], bool]) -> list[Asked]:
    """The statements that it asks from now on, of those that are wanted; the list grows."""
    asked: list[Asked] = []

    def note(_connection: object, _cursor: object, statement: str, given: Any, *_: object) -> None:
        if wanted(statement) and not statement.startswith("EXPLAIN"):
            asked.append((statement, given))

    sqlalchemy.event.listen(session.connection(), "before_cursor_execute", note)
    return asked


def plans(session: Session, asked: Sequence[Asked]) -> list[str]:
    """The plan of each."""
    connection = session.connection()
    explain = _EXPLAIN[connection.dialect.name]
    return [str(connection.exec_driver_sql(explain + sql, given).all()) for sql, given in asked]
