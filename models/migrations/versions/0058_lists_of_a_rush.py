"""Lists of incidents whose cards would have waited for each other."""

import sqlalchemy as sa
from alembic import op

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "rush",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("destination_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", moment, nullable=False),
        sa.Column("joined_at", moment, nullable=False),
        sa.ForeignKeyConstraint(
            ["destination_id"],
            ["destination.id"],
            name=op.f("rush_destination_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("rush_pkey")),
    )
    op.create_index("rush_newest", "rush", ["destination_id", "id"])
    op.create_table(
        "rush_member",
        sa.Column("rush_id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["rush_id"], ["rush.id"], name=op.f("rush_member_rush_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["incident_id"],
            ["incident.id"],
            name=op.f("rush_member_incident_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("rush_id", "incident_id", name=op.f("rush_member_pkey")),
    )
    op.create_index(op.f("rush_member_incident_id_index"), "rush_member", ["incident_id"])


def downgrade() -> None:
    op.drop_table("rush_member")
    op.drop_table("rush")
