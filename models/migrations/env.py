"""Alembic's entry: migrates on the connection and in the transaction that `models.database.migrate` hands in."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

import models.tables  # noqa: F401  # registers the tables
from models.rules.extensions import OWN_TABLES


def _render_item(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    # Migrations must mean the same when SQLModel's own types have moved on, so they name SQLAlchemy's.
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, AutoString):
        return "sa.String()"
    return False


def _is_ours(name: str | None, kind: str, _parents: Any) -> bool:
    """Own tables of extensions are none of the core's, and are left as they are."""
    return kind != "table" or not str(name).startswith(OWN_TABLES)


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,  # SQLite alters a table only by copying it
    render_item=_render_item,
    include_name=_is_ours,
)
with context.begin_transaction():
    context.run_migrations()
