"""Messages that were given up are counted by an index of them alone."""

import sqlalchemy as sa
from alembic import op

revision = "0066"
down_revision = "0065"
branch_labels = None
depends_on = None


def upgrade() -> None:
    given_up = sa.text("dead_at IS NOT NULL")
    op.create_index(
        "outbox_given_up",
        "outbox",
        ["platform"],
        sqlite_where=given_up,
        postgresql_where=given_up,
    )


def downgrade() -> None:
    op.drop_index("outbox_given_up", table_name="outbox")
