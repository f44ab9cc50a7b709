"""Rows of own tables: looked for during a call, and written with its answer. Nothing here commits."""

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models.extensions.manifest import Manifest
from models.extensions.manifest.declared import Column
from models.extensions.tables.declared import own_table
from models.extensions.tables.values import number, stored, told
from models.extensions.tables.writing import Write, WriteKind
from models.tables import Plugin

MOST_FOUND = 500
MOST_ROWS = 100_000

Row = dict[str, Any]


def find(
    session: Session, manifest: Manifest, name: str, where: Mapping[str, Any], after: int, most: int
) -> list[Row]:
    """Rows in which the columns have these values, by id, those after the id `after`: `MOST_FOUND` at the most.

    Raises:
        ValueError: there is no such table or column, or a value does not fit its column.
    """
    columns = columns_of(manifest, name)
    table = own_table(manifest, name)
    wanted = sa.select(table).where(table.c.id > (number(after) or 0)).order_by(table.c.id)
    for each, value in where.items():
        kept = (
            number(value) if each == "id" else _wanted(session, each, _column(columns, each), value)
        )
        if kept is None and value is not None:
            return []
        wanted = wanted.where(table.c[each].is_(None) if kept is None else table.c[each] == kept)
    found = session.connection().execute(wanted.limit(max(0, min(most, MOST_FOUND)))).mappings()
    # SQLAlchemy's own kind of text is none to JSON's writers.
    rows = [{str(each): value for each, value in row.items()} for row in found]
    return _told(session, columns, rows)


def apply(session: Session, manifest: Manifest, writes: Sequence[Write]) -> None:
    """Do what the writes say, one after the other. What is gone by then is left as it is.

    Raises:
        ValueError: one refers to what is not there, or a table is full.
    """
    connection = session.connection()
    for write in writes:
        table = own_table(manifest, write.table)
        columns = columns_of(manifest, write.table)
        values = {
            name: _resolved(session, name, columns[name], value)
            for name, value in write.values.items()
        }
        of_row = table.c.id == write.row
        match write.kind:
            case WriteKind.ADD:
                _refuse_full(connection, table, write.table)
                connection.execute(table.insert().values(values))
            case WriteKind.CHANGE:
                connection.execute(table.update().where(of_row).values(values))
            case WriteKind.REMOVE:
                connection.execute(table.delete().where(of_row))


def columns_of(manifest: Manifest, name: str) -> Mapping[str, Column]:
    """The columns of the table of this name.

    Raises:
        ValueError: there is none.
    """
    declared = manifest.table.get(name)
    if declared is None:
        raise ValueError(f"there is no table {name!r}")
    return declared.columns


def _column(columns: Mapping[str, Column], name: str) -> Column:
    if name not in columns:
        raise ValueError(f"there is no column {name!r}")
    return columns[name]


def _refuse_full(connection: sa.Connection, table: sa.Table, name: str) -> None:
    last = sa.select(table.c.id).order_by(table.c.id).offset(MOST_ROWS - 1).limit(1)
    if connection.execute(last).first():
        raise ValueError(f"the table {name} has {MOST_ROWS:,} rows already")


def _wanted(session: Session, name: str, column: Column, value: Any) -> Any:
    """What is looked for; None where there can be no such row."""
    kept = None if value is None else stored(name, column, value)
    return _plugin_id(session, kept) if column.refers_to == "plugin" and kept else kept


def _resolved(session: Session, name: str, column: Column, value: Any) -> Any:
    """The id of what a reference refers to; other values are as they are."""
    if value is None or not column.refers_to:
        return value
    if column.refers_to == "plugin":
        found = _plugin_id(session, value)
    else:
        core = sa.table(column.refers_to, sa.column("id"))
        found = session.connection().scalar(sa.select(core.c.id).where(core.c.id == value))
    if found is None:
        raise ValueError(f"{name} refers to no {column.refers_to} {value}")
    return found


def _plugin_id(session: Session, handle: str) -> int | None:
    return session.exec(select(Plugin.id).where(Plugin.handle == handle)).first()


def _told(session: Session, columns: Mapping[str, Column], rows: list[Row]) -> list[Row]:
    plugins = [name for name, column in columns.items() if column.refers_to == "plugin"]
    wanted = {row[name] for row, name in product(rows, plugins)} - {None}
    handles: dict[int | None, str] = {}
    if wanted:
        handles = dict(
            session.exec(select(Plugin.id, Plugin.handle).where(col(Plugin.id).in_(wanted))).all()
        )
    for row in rows:
        for name, column in columns.items():
            row[name] = handles.get(row[name]) if name in plugins else told(column, row[name])
    return rows
