"""What GitHub tells of those who own repositories."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "repository_owner",
        sa.Column("login_key", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("website", sa.String(), nullable=True),
        sa.Column("description", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("login_key", name=op.f("repository_owner_pkey")),
    )


def downgrade() -> None:
    op.drop_table("repository_owner")
