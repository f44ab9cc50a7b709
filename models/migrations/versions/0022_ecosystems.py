"""Plugins of other hosts than Discourse."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("plugin") as plugin:
        plugin.add_column(
            sa.Column("ecosystem", sa.String(), server_default="discourse", nullable=False)
        )
    with op.batch_alter_table("plugin") as plugin:
        plugin.alter_column("ecosystem", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("plugin") as plugin:
        plugin.drop_column("ecosystem")
