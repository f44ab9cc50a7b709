"""What the commands share: opening the database, counting, and ending with words."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import NoReturn

import sqlalchemy
import typer

from models.database.engine import Database
from models.database.migrate import MigrationError, migrate, pending
from models.database.starting import unusable
from models.operating.languages import learn_languages
from models.settings import Settings


@contextmanager
def opened_database(*, reads_only: bool = False) -> Iterator[Database]:
    """The database of the settings, with its schema brought up to date.

    Where a command only reads it, nothing is made or changed. Ends with words when it cannot be
    used.
    """
    learn_languages()
    with closing(Database(Settings.load().database_url)) as database:
        try:
            if not reads_only:
                migrate(database)
            elif not _is_made(database):
                fail(
                    "There is no database of this version yet. Make it with: python -m models migrate"
                )
            yield database
        except (sqlalchemy.exc.DBAPIError, MigrationError) as error:
            fail(unusable(error))


def _is_made(database: Database) -> bool:
    # Looking into a file of SQLite that is not there would make it.
    if database.is_sqlite and not database.path.is_file():
        return False
    return not pending(database)


def fail(words: str) -> NoReturn:
    """Say what is wrong on standard error, and end with exit code 1."""
    typer.echo(words, err=True)
    raise typer.Exit(1)


def counted(count: int, noun: str) -> str:
    """`1 plugin`, `2 plugins`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
