"""One more migration than there is."""

import shutil
import textwrap
from pathlib import Path

import pytest
import sqlalchemy
from alembic.config import Config
from alembic.script import ScriptDirectory

import models.database.migrate
import models.database.schema_steps
from models.database.schema_steps import config


def add_migration(folder: Path, monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    """Make `migrate` see one more step, which does what `lines` say."""
    head = ScriptDirectory.from_config(config()).get_current_head()
    source = f"""
        import sqlalchemy as sa
        from alembic import op

        revision = "9000"
        down_revision = "{head}"

        def upgrade():
        """
    body = "\n".join(f"    {line}" for line in lines)
    steps = shutil.copytree(models.database.migrate._STEPS, folder / "steps")
    (steps / "9000_test.py").write_text(textwrap.dedent(source) + body + "\n")

    def with_one_more(connection: sqlalchemy.Connection | None = None) -> Config:
        settings = config(connection)
        settings.set_main_option("path_separator", "newline")
        settings.set_main_option("version_locations", str(steps))
        return settings

    monkeypatch.setattr(models.database.schema_steps, "config", with_one_more)
    monkeypatch.setattr(models.database.migrate, "_STEPS", steps)
