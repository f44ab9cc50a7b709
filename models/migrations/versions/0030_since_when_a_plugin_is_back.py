"""Since when a canary server reports an older commit of a plugin than the one that failed."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "source_verdict", sa.Column("back_since", sa.DateTime(timezone=True), nullable=True)
    )


def downgrade() -> None:
    with op.batch_alter_table("source_verdict") as verdict:
        verdict.drop_column("back_since")
