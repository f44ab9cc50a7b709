"""What the commands share: opening the database, tables, and ending with words."""

import getpass
import os
import platform
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from typing import NoReturn

import sqlalchemy
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from models.database.engine import Database, Session
from models.database.migrate import MigrationError, migrate, pending
from models.database.starting import unusable
from models.messages.drawing import in_words
from models.messages.message import Message
from models.messages.pages import on_web
from models.operating.languages import learn_languages
from models.people.persons import Who, who
from models.rules.inert import inert
from models.rules.people import Actor
from models.settings import Settings

# A table that is piped into another program is not folded at 80 columns.
_WIDE = 250


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


def told(message: Message) -> str:
    """A message in words, with the whole addresses of its pages."""
    return inert(in_words(on_web(message, Settings.load().public_url)))


def print_table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    """A table on standard output; what stands in its cells can neither style nor hide anything."""
    table = Table(*header, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*(Text(inert(cell)) for cell in row))
    Console(width=None if sys.stdout.isatty() else _WIDE).print(table)


def counted(count: int, noun: str) -> str:
    """`1 plugin`, `2 plugins`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def operator(session: Session, now: datetime) -> Who:
    """Whoever sits at this shell, as the audit log knows them."""
    return who(session, operators_actor(), now)


def operators_actor() -> Actor:
    """Whoever sits at this shell."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a user without a name
        user = str(os.getuid())
    return Actor("shell", platform.node() or "here", user, user)
