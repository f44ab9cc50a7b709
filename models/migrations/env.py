"""Alembic's entry: migrates on the connection and in the transaction that `models.database.migrate` hands in."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

import models.tables  # noqa: F401  # registers the tables


def _render_item(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    # Migrations must mean the same when SQLModel's own types have moved on, so they name SQLAlchemy's.
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, AutoString):
        return "sa.String()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,  # SQLite alters a table only by copying it
    render_item=_render_item,
)
with context.begin_transaction():
    context.run_migrations()
