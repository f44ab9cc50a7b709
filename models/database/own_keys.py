"""Migrations pass over the own tables of extensions, whose keys refer to rows of the core.

The keys are dropped before a migration and made again behind it, so that no extension keeps the core's tables from
being altered.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import sqlalchemy as sa

from models.rules.extensions import OWN_TABLES


@dataclass(frozen=True, slots=True)
class _ForeignKey:
    table: str
    name: str | None
    column: str
    refers_to: str
    rule: str  # what becomes of the row or the column when what it refers to goes


@contextmanager
def own_keys_aside(connection: sa.Connection) -> Iterator[None]:
    """A block in which nothing refers from own tables to those of the core.

    Rows that referred to what is gone by its end are treated as if that had been deleted.
    """
    keys = list(_keys(connection))
    has_alter = connection.dialect.name != "sqlite"  # SQLite looks at no key while it migrates
    if has_alter:
        for key in keys:
            connection.exec_driver_sql(f'ALTER TABLE {key.table} DROP CONSTRAINT "{key.name}"')
    yield
    there = set(sa.inspect(connection).get_table_names())
    for key in keys:
        if key.refers_to in there:
            _let_go(connection, key)
            if has_alter:
                _make(connection, key)


def drop_own_tables(connection: sa.Connection) -> None:
    """Drop the own tables of all extensions."""
    for table in _own_tables(connection):
        connection.exec_driver_sql(f"DROP TABLE {table}")


def _own_tables(connection: sa.Connection) -> list[str]:
    names = sa.inspect(connection).get_table_names()
    return [name for name in names if name.startswith(OWN_TABLES)]


def _keys(connection: sa.Connection) -> Iterator[_ForeignKey]:
    inspector = sa.inspect(connection)
    for table in _own_tables(connection):
        for found in inspector.get_foreign_keys(table):
            (column,) = found["constrained_columns"]
            rule = found["options"]["ondelete"]
            yield _ForeignKey(table, found["name"], column, found["referred_table"], rule)


def _let_go(connection: sa.Connection, key: _ForeignKey) -> None:
    own = sa.table(key.table, sa.column(key.column))
    core = sa.table(key.refers_to, sa.column("id"))
    column = own.c[key.column]
    is_gone = sa.and_(column.is_not(None), column.not_in(sa.select(core.c.id)))
    if key.rule == "CASCADE":
        connection.execute(sa.delete(own).where(is_gone))
    else:
        connection.execute(sa.update(own).where(is_gone).values({key.column: None}))


def _make(connection: sa.Connection, key: _ForeignKey) -> None:
    column = connection.dialect.identifier_preparer.quote(key.column)
    connection.exec_driver_sql(
        f'ALTER TABLE {key.table} ADD CONSTRAINT "{key.name}" FOREIGN KEY ({column}) '
        f"REFERENCES {key.refers_to} (id) ON DELETE {key.rule}"
    )
