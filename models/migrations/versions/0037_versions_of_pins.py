"""The host's version at a commit, and the one that an incident's proposed pin names."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "host_commit_version",
        sa.Column("sha", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sha", name=op.f("host_commit_version_pkey")),
    )
    op.add_column("incident", sa.Column("pin_version", sa.String(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("incident") as incident:
        incident.drop_column("pin_version")
    op.drop_table("host_commit_version")
