"""Platforms that are turned off, and destinations that have taken nothing for long."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "closed_platform",
        sa.Column("platform", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("platform", name=op.f("closed_platform_pkey")),
    )
    with op.batch_alter_table("destination", schema=None) as batch_op:
        batch_op.add_column(sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("destination", schema=None) as batch_op:
        batch_op.drop_column("failing_since")
    op.drop_table("closed_platform")
