"""Keep what plugins are for, and what owners say of themselves, without regard to case, to be searched."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0077"
down_revision = "0076"
branch_labels = None
depends_on = None

_LINE = sa.table("master_list_line", sa.column("plugin_id"), sa.column("about"))
_PLUGIN = sa.table("plugin", sa.column("id"), sa.column("about"))
_OWNER = sa.table(
    "repository_owner", sa.column("login_key"), sa.column("description"), sa.column("words")
)


def upgrade() -> None:
    _add("master_list_line", "about")
    _add("repository_owner", "words")
    _fold(_PLUGIN.c.id, _PLUGIN.c.about, _LINE.c.plugin_id, "about")
    _fold(_OWNER.c.login_key, _OWNER.c.description, _OWNER.c.login_key, "words")


def downgrade() -> None:
    for table, column in (("repository_owner", "words"), ("master_list_line", "about")):
        with op.batch_alter_table(table) as changed:
            changed.drop_column(column)


def _add(table: str, column: str) -> None:
    with op.batch_alter_table(table) as changed:
        changed.add_column(sa.Column(column, sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table(table) as changed:
        changed.alter_column(column, server_default=None)


def _fold(key: Any, text: Any, written: Any, column: str) -> None:
    """Databases know no case but that of ASCII, or of their own language."""
    said = op.get_bind().execute(sa.select(key, text).where(text.is_not(None))).all()
    if said:
        change = sa.update(written.table).where(written == sa.bindparam("key"))
        rows = [{"key": each, "folded": words.casefold()} for each, words in said]
        op.get_bind().execute(change.values({column: sa.bindparam("folded")}), rows)
