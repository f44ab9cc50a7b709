"""Topics of repositories, which are tags of their plugins; all are read once more, for none were kept."""

import sqlalchemy as sa
from alembic import op

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("plugin") as plugin:
        plugin.add_column(sa.Column("topics", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("plugin") as plugin:
        plugin.alter_column("topics", server_default=None)
    # An answer that is unchanged since would not be read.
    op.execute("UPDATE github_sync SET etag = NULL WHERE task = 'repository'")


def downgrade() -> None:
    with op.batch_alter_table("plugin") as plugin:
        plugin.drop_column("topics")
