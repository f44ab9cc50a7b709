"""Which upgrades of sites digests look at before they are made."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "upgrade_wish",
        sa.Column("destination_id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("host_branch", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["destination_id"],
            ["destination.id"],
            name=op.f("upgrade_wish_destination_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.id"], name=op.f("upgrade_wish_site_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("destination_id", "site_id", name=op.f("upgrade_wish_pkey")),
    )
    op.create_index(op.f("upgrade_wish_site_id_index"), "upgrade_wish", ["site_id"])


def downgrade() -> None:
    op.drop_table("upgrade_wish")
