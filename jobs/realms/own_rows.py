"""Rows of an extension's own tables, as its realm asks for them during a call."""

from typing import Any

from jobs.realms.errors import RefusedError
from models.database.engine import Database
from models.extensions.manifest import Manifest
from models.extensions.tables.making import noted
from models.extensions.tables.rows import MOST_FOUND, find


def own_rows(database: Database, manifest: Manifest, params: dict[str, Any]) -> list[Any]:
    """The rows that are wanted.

    Raises:
        RefusedError: there are no such tables, or it asked wrongly.
    """
    match params:
        case {
            "table": str(table),
            "where": dict(where),
            "after": int(after),
            "most": int(most),
            **rest,
        } if not rest:
            pass
        case _:
            raise RefusedError(f"rows takes a table, where, after, and most ({MOST_FOUND})")
    with database.read() as session:
        # Tried out before it was installed, it has none.
        if not noted(session, manifest.handle):
            raise RefusedError("its tables are made when it is installed")
        try:
            return find(session, manifest, table, where, after, most)
        except ValueError as error:
            raise RefusedError(str(error)) from error
