"""The host's branches as data: those that were known by heart."""

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None

_KNOWN = ("tests-passed", "beta", "stable")


def upgrade() -> None:
    table = op.create_table(
        "host_branch",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("line", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("host_branch_pkey")),
    )
    rows = [{"name": name, "place": place, "line": name} for place, name in enumerate(_KNOWN)]
    op.bulk_insert(table, rows)


def downgrade() -> None:
    op.drop_table("host_branch")
