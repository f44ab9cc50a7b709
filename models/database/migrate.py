"""The schema's way up and down, whole or not at all, however many processes ask at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import sqlalchemy

from models.database import copies, postgresql, sqlite
from models.database.engine import Database
from models.database.own_keys import drop_own_tables, own_keys_aside

_STEPS = Path(__file__).parent.parent / "migrations" / "versions"
_MIGRATING_LOCK = 0x6D696772
_SQLITE_WAIT_MS = 600_000
_LONGEST_SECONDS = 3600.0


class MigrationError(Exception):
    """The schema cannot be brought to this version; the message says why."""


def migrate(database: Database) -> None:
    """Bring the schema to the newest version, in one transaction.

    Processes that ask at once wait for each other, and the later ones find nothing left to do.

    Raises:
        MigrationError: the schema belongs to a newer Pluginwatch, or a migration broke a foreign key.

    """
    alone = copies.alone_since(database.path) if database.is_sqlite else None
    if database.is_sqlite:
        sqlite.tighten(database.path)
    if pending(database):
        with _alone(database) as connection, own_keys_aside(connection):
            from models.database import schema_steps  # noqa: PLC0415 - it costs much, and is seldom needed

            schema_steps.up(connection)
    if database.is_sqlite:
        _note_file(database, alone)


def _note_file(database: Database, alone: datetime | None) -> None:
    with database.read() as session:
        if copies.is_known(session, database):
            return
    with database.write() as session:
        copies.note(session, database, alone)


def downgrade(database: Database) -> None:
    """Take every table away, with all that stands in them."""
    from models.database import schema_steps  # noqa: PLC0415 - as above

    with _alone(database) as connection:
        drop_own_tables(connection)
        schema_steps.down(connection)


def pending(database: Database) -> bool:
    """Whether `migrate` has anything to do.

    Raises:
        MigrationError: the schema belongs to a newer Pluginwatch.

    """
    # A step's number is the beginning of its file's name, as Alembic is told to name it.
    known = sorted(path.name.partition("_")[0] for path in _STEPS.glob("[0-9]*.py"))
    current = _current(database)
    if current and current not in known:
        raise MigrationError(
            f"the database stands at revision {current}, which this version does not know: run a newer Pluginwatch"
        )
    return current != known[-1]


def _current(database: Database) -> str | None:
    """The step that was made last."""
    with database.engine.connect() as connection:
        if not sqlalchemy.inspect(connection).has_table("alembic_version"):
            return None
        found = connection.exec_driver_sql("SELECT version_num FROM alembic_version")
        return found.scalar_one_or_none()


@contextmanager
def _alone(database: Database) -> Iterator[sqlalchemy.Connection]:
    """One transaction in which no other process migrates."""
    with database.engine.execution_options(writes=True).connect() as connection:
        if database.is_sqlite:
            _relax_sqlite(connection)
        with connection.begin():
            if not database.is_sqlite:
                postgresql.be_patient(connection, _LONGEST_SECONDS)
                _wait_for_turn(connection)
            yield connection
            if database.is_sqlite:
                _refuse_orphans(connection)


def _relax_sqlite(connection: sqlalchemy.Connection) -> None:
    # SQLite alters a table by copying it and dropping the old one, which would delete the rows of
    # its children; the switch works only outside a transaction. The connection is thrown away
    # afterwards, so nothing else loses its keys.
    connection.detach()
    raw = connection.connection.cursor()
    raw.execute("PRAGMA foreign_keys=OFF")
    raw.execute(f"PRAGMA busy_timeout={_SQLITE_WAIT_MS}")
    raw.close()


def _wait_for_turn(connection: sqlalchemy.Connection) -> None:
    # Another process may migrate for longer than the usual lock timeout; for locks on tables the
    # usual one holds.
    connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATING_LOCK})")
    connection.exec_driver_sql("SET LOCAL lock_timeout TO DEFAULT")


def _refuse_orphans(connection: sqlalchemy.Connection) -> None:
    orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if orphans:
        tables = ", ".join(sorted({str(row[0]) for row in orphans}))
        raise MigrationError(f"a migration left rows without their parent in: {tables}")
