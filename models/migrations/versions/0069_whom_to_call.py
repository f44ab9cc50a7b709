"""A channel names whom to call to what nobody takes care of."""

import sqlalchemy as sa
from alembic import op

revision = "0069"
down_revision = "0068"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("destination") as batch:
        batch.add_column(sa.Column("mention", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("destination") as batch:
        batch.drop_column("mention")
