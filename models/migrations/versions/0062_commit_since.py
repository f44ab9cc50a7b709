"""Since when each site says that it runs a plugin's commit, in place of what was noted with the verdict of all."""

import sqlalchemy as sa
from alembic import op

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "installation", sa.Column("commit_since", sa.DateTime(timezone=True), nullable=True)
    )
    op.execute("UPDATE installation SET commit_since = said_at")
    with op.batch_alter_table("source_verdict") as verdict:
        verdict.drop_column("back_at_sha")
        verdict.drop_column("back_since")


def downgrade() -> None:
    op.add_column("source_verdict", sa.Column("back_at_sha", sa.String(), nullable=True))
    op.add_column(
        "source_verdict", sa.Column("back_since", sa.DateTime(timezone=True), nullable=True)
    )
    with op.batch_alter_table("installation") as installation:
        installation.drop_column("commit_since")
