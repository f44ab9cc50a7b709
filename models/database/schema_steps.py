"""The steps of the schema, run by Alembic.

Reading Alembic costs a process a fifth of a second and some 10 MB, so that this is imported only
where there is a step to make.
"""

from pathlib import Path

import sqlalchemy
from alembic import command
from alembic.config import Config

_MIGRATIONS = Path(__file__).parent.parent / "migrations"


def up(connection: sqlalchemy.Connection) -> None:
    """Make every step that was not made yet."""
    command.upgrade(config(connection), "head")


def down(connection: sqlalchemy.Connection) -> None:
    """Take every step back."""
    command.downgrade(config(connection), "base")


def config(connection: sqlalchemy.Connection | None = None) -> Config:
    """Alembic's settings, without an alembic.ini, so that any working directory will do."""
    settings = Config()
    settings.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    settings.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    settings.attributes["connection"] = connection
    return settings
