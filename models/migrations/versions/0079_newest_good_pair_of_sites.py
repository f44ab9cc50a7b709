"""The newest commits that a client site found good, where it speaks of others since."""

import sqlalchemy as sa
from alembic import op

revision = "0079"
down_revision = "0078"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("installation") as installation:
        installation.add_column(sa.Column("good_plugin_sha", sa.String(), nullable=True))
        installation.add_column(sa.Column("good_host_sha", sa.String(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("installation") as installation:
        installation.drop_column("good_host_sha")
        installation.drop_column("good_plugin_sha")
