"""The schema's way up and down, whole or not at all, however many processes ask at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import sqlalchemy
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from models.database import copies, postgresql, sqlite
from models.database.engine import Database
from models.database.own_keys import drop_own_tables, own_keys_aside

_MIGRATIONS = Path(__file__).parent.parent / "migrations"
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
            command.upgrade(config(connection), "head")
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
    with _alone(database) as connection:
        drop_own_tables(connection)
        command.downgrade(config(connection), "base")


def pending(database: Database) -> bool:
    """Whether `migrate` has anything to do.

    Raises:
        MigrationError: the schema belongs to a newer Pluginwatch.

    """
    scripts = ScriptDirectory.from_config(config())
    with database.engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    if current and current not in {script.revision for script in scripts.walk_revisions()}:
        raise MigrationError(
            f"the database stands at revision {current}, which this version does not know: run a newer Pluginwatch"
        )
    return current != scripts.get_current_head()


def config(connection: sqlalchemy.Connection | None = None) -> Config:
    """Alembic's settings, without an alembic.ini, so that any working directory will do."""
    settings = Config()
    settings.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    settings.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    settings.attributes["connection"] = connection
    return settings


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
