"""Own tables as SQLAlchemy sees them, made of what a manifest declares. Pure."""

from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlmodel.sql.sqltypes import UTCDateTime

from models.extensions.manifest import Manifest
from models.extensions.manifest.declared import Column, OwnTable
from models.rules.extensions import META, OWN_TABLES

_LONGEST_NAME = 63  # PostgreSQL cuts longer ones
_TYPES: dict[str, sa.types.TypeEngine[Any]] = {
    "text": sa.Text(),
    "integer": sa.BigInteger(),
    "real": sa.Double(),
    "flag": sa.Boolean(),
    "time": UTCDateTime(),
    "json": sa.JSON(none_as_null=True),
    "reference": sa.Integer(),
}


def own_name(handle: str, name: str) -> str:
    """What the table is called in the database."""
    return f"{OWN_TABLES}{handle}_{name}"


def meta_table(handle: str) -> sa.Table:
    """Where the host notes the version whose tables these are, and each column's type, by `TABLE.COLUMN`."""
    return sa.Table(
        own_name(handle, META),
        sa.MetaData(),
        sa.Column("name", sa.Text(), primary_key=True),
        sa.Column("value", sa.Text(), nullable=False),
    )


def own_table(manifest: Manifest, name: str) -> sa.Table:
    """The table that the manifest declares by this name, with its indexes.

    Columns that refer to rows of the core are indexed too, so that these can be deleted fast.
    KeyError if none is declared.
    """
    declared = manifest.table[name]
    metadata = sa.MetaData()
    made = sa.Table(
        own_name(manifest.handle, name),
        metadata,
        sa.Column("id", sa.Integer(), primary_key=True),
        *(_column(metadata, each, column) for each, column in declared.columns.items()),
    )
    for each in _indexed(declared):
        sa.Index(_index_name(made.name, each), made.c[each])
    return made


def spelt(column: Column) -> str:
    """The column's type as a manifest spells it."""
    kind = f"-> {column.refers_to}" if column.refers_to else column.type
    return f"{kind}?" if column.optional else kind


def references_clause(column: sa.Column[Any]) -> str:
    """What SQL says after a new column that is a reference: to which rows, and what becomes of it when these are
    deleted. Blank for others.
    """
    return "".join(
        f" REFERENCES {key.column.table.name} (id) ON DELETE {key.ondelete}"
        for key in column.foreign_keys
    )


def _column(metadata: sa.MetaData, name: str, declared: Column) -> sa.Column[Any]:
    kind, optional = _TYPES[declared.type], declared.optional
    if not declared.refers_to:
        return sa.Column(name, kind, nullable=optional)
    if declared.refers_to not in metadata.tables:
        sa.Table(declared.refers_to, metadata, sa.Column("id", sa.Integer(), primary_key=True))
    key = sa.ForeignKey(f"{declared.refers_to}.id", ondelete="SET NULL" if optional else "CASCADE")
    return sa.Column(name, kind, key, nullable=optional)


def _indexed(declared: OwnTable) -> list[str]:
    referring = {name for name, column in declared.columns.items() if column.refers_to}
    return sorted({*declared.index, *referring})


def _index_name(table: str, column: str) -> str:
    name = f"{table}_by_{column}"
    if len(name) <= _LONGEST_NAME:
        return name
    return f"{table}_by_{sha256(column.encode()).hexdigest()[:8]}"
