"""Writes the next migration from what changed in the tables: `python -m models.migrations "What it does"`."""

import sys
import tempfile
from contextlib import closing

from alembic import command
from alembic.script import ScriptDirectory

from models.database.engine import Database
from models.database.migrate import migrate
from models.database.schema_steps import config


def main() -> None:
    """Compare the tables with a fresh database at the newest version, and write a step for the difference."""
    message = " ".join(sys.argv[1:]).strip()
    if not message:
        sys.exit('Say what the migration does: python -m models.migrations "What it does"')
    number = len(list(ScriptDirectory.from_config(config()).walk_revisions())) + 1
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(Database(f"sqlite:///{folder}/compared.sqlite3")) as database,
    ):
        migrate(database)
        with database.engine.connect() as connection:
            command.revision(config(connection), message, autogenerate=True, rev_id=f"{number:04}")


if __name__ == "__main__":
    main()
