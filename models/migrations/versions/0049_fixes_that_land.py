"""The commit that mends the one which most likely broke a plugin."""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("incident", sa.Column("fix_sha", sa.String(), nullable=True))
    op.add_column("incident", sa.Column("fix_words", sa.String(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("incident") as incident:
        incident.drop_column("fix_words")
        incident.drop_column("fix_sha")
