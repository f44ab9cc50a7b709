"""What plugins name in their plugin.rb; it is read once more of all, for nothing of it was kept."""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "source_names",
        sa.Column("plugin_id", sa.Integer(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["plugin_id"],
            ["plugin.id"],
            name=op.f("source_names_plugin_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("plugin_id", name=op.f("source_names_pkey")),
    )
    # An answer that is unchanged since would not be read.
    op.execute("UPDATE github_sync SET etag = NULL WHERE task = 'source'")


def downgrade() -> None:
    op.drop_table("source_names")
