"""The names of the master list with the plugins, and the purposes that name a status."""

import sqlalchemy as sa
from alembic import op

revision = "0087"
down_revision = "0086"
branch_labels = None
depends_on = None

_LINES = "master_list_line"
_NAMES_STATUS = sa.text("names_status")
_WORDS = ("broken", "compatible", "failing", "unknown")


def upgrade() -> None:
    column: sa.Column[bool] = sa.Column(
        "names_status", sa.Boolean(), nullable=False, server_default=sa.false()
    )
    op.add_column(_LINES, column)
    line = sa.table(
        _LINES, sa.column("about", sa.String()), sa.column("names_status", sa.Boolean())
    )
    named = sa.or_(*(line.c.about.contains(word) for word in _WORDS))
    op.execute(sa.update(line).where(named).values(names_status=True))
    with op.batch_alter_table(_LINES) as lines:
        lines.alter_column("names_status", existing_type=sa.Boolean(), server_default=None)
    op.create_index(
        "master_list_named_statuses",
        _LINES,
        ["plugin_id"],
        sqlite_where=_NAMES_STATUS,
        postgresql_where=_NAMES_STATUS,
    )
    _index("master_list_by_name", ["is_listed", "ecosystem", "handle", "plugin_id"])


def downgrade() -> None:
    _index("master_list_by_name", ["is_listed", "ecosystem", "handle"])
    op.drop_index("master_list_named_statuses", _LINES)
    with op.batch_alter_table(_LINES) as lines:
        lines.drop_column("names_status")


def _index(name: str, columns: list[str]) -> None:
    op.drop_index(name, _LINES)
    op.create_index(name, _LINES, columns)
