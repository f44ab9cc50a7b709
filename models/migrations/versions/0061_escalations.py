"""Channels that hear of what nobody takes care of for hours."""

import sqlalchemy as sa
from alembic import op

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("destination") as destination:
        destination.add_column(
            sa.Column("escalations", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("destination") as destination:
        destination.alter_column("escalations", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("destination") as destination:
        destination.drop_column("escalations")
