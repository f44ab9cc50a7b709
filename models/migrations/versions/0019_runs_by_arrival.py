"""When a run of a canary was heard of first, to count those of an hour."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("canary_run", schema=None) as batch_op:
        batch_op.add_column(sa.Column("received_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index("canary_run_by_arrival", ["server", "received_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("canary_run", schema=None) as batch_op:
        batch_op.drop_index("canary_run_by_arrival")
        batch_op.drop_column("received_at")
