"""Own tables made when an extension is installed, added to when another version is, and dropped when it is purged.

Nothing here commits.
"""

from collections.abc import Iterator, Mapping

import sqlalchemy as sa
from sqlalchemy.schema import CreateColumn
from sqlmodel import Session

from models.extensions.manifest import Manifest
from models.extensions.tables.declared import (
    meta_table,
    own_name,
    own_table,
    references_clause,
    spelt,
)
from models.rules.extensions import META

_VERSION = "version"


def misfits(session: Session, manifest: Manifest) -> Iterator[str]:
    """Why its tables cannot be made of those that are there: rows that another version stored are never changed."""
    there = noted(session, manifest.handle)
    for name, declared in manifest.table.items():
        before = _columns(there, name)
        wanted = {each: spelt(column) for each, column in declared.columns.items()}
        for each in before.keys() & wanted.keys():
            if before[each] != wanted[each]:
                yield f"table.{name}: {each} is {before[each]!r} where rows may be; give the new one another name"
        for each in wanted.keys() - before.keys():
            if before and not declared.columns[each].optional:
                yield f"table.{name}: {each} is new where rows may be, so it must be {wanted[each] + '?'!r}"
        for each in before.keys() - wanted.keys():
            if not before[each].endswith("?"):
                yield f"table.{name}: {each} is missing, and cannot be empty in a new row"


def make(session: Session, manifest: Manifest) -> None:
    """Make the tables, columns and indexes that are not there yet. Those that are there stay, with their rows."""
    if not manifest.table:
        return
    connection, handle = session.connection(), manifest.handle
    meta = meta_table(handle)
    meta.create(connection, checkfirst=True)
    there = noted(session, handle)
    for name in manifest.table:
        table, before = own_table(manifest, name), _columns(there, name)
        if before:
            _add(connection, table, set(before))
        else:
            table.create(connection)
    told: dict[str, str] = {}
    for name, declared in manifest.table.items():
        told.update({f"{name}.{each}": spelt(column) for each, column in declared.columns.items()})
    for name in told.keys() - there.keys():
        connection.execute(meta.insert().values(name=name, value=told[name]))


def note_version(session: Session, manifest: Manifest) -> None:
    """Note which version is installed from now on, where there are tables."""
    if not manifest.table:
        return
    meta = meta_table(manifest.handle)
    session.connection().execute(meta.delete().where(meta.c.name == _VERSION))
    told = meta.insert().values(name=_VERSION, value=str(manifest.version))
    session.connection().execute(told)


def noted(session: Session, handle: str) -> Mapping[str, str]:
    """What the host noted of an extension's tables: the installed version, and `TABLE.COLUMN` with its type."""
    if not sa.inspect(session.connection()).has_table(own_name(handle, META)):
        return {}
    rows = session.connection().execute(sa.select(meta_table(handle)))
    return {row.name: row.value for row in rows}


def drop(session: Session, handle: str) -> None:
    """Drop every table of the extension, so that the schema is as it was before it was installed."""
    connection = session.connection()
    for name in sa.inspect(connection).get_table_names():
        if name.startswith(own_name(handle, "")):
            sa.Table(name, sa.MetaData()).drop(connection)


def _add(connection: sa.Connection, table: sa.Table, there: set[str]) -> None:
    """Add what the table lacks. What is added may be empty, and is so in the rows that are there."""
    quoted = connection.dialect.identifier_preparer.format_table(table)
    for column in table.columns:
        if column.name not in {"id", *there}:
            words = CreateColumn(column).compile(dialect=connection.dialect)
            connection.exec_driver_sql(
                f"ALTER TABLE {quoted} ADD COLUMN {words}{references_clause(column)}"
            )
    known = {index["name"] for index in sa.inspect(connection).get_indexes(table.name)}
    for index in table.indexes:
        if index.name not in known:
            index.create(connection)


def _columns(there: Mapping[str, str], table: str) -> dict[str, str]:
    prefix = f"{table}."
    return {
        name.removeprefix(prefix): kind for name, kind in there.items() if name.startswith(prefix)
    }
