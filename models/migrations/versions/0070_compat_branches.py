"""Branches of plugins that hosts of one version use in place of the default one."""

import sqlalchemy as sa
from alembic import op

revision = "0070"
down_revision = "0069"
branch_labels = None
depends_on = None


def upgrade() -> None:
    column = sa.Column("compat_branches", sa.JSON(), nullable=False, server_default="[]")
    with op.batch_alter_table("plugin") as plugin:
        plugin.add_column(column)
    with op.batch_alter_table("plugin") as plugin:
        plugin.alter_column("compat_branches", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("plugin") as plugin:
        plugin.drop_column("compat_branches")
    # An answer that is unchanged since would not be read when the column is back.
    op.execute("DELETE FROM github_sync WHERE task = 'compat branches'")
