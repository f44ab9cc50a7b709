"""What extensions add to the cards of incidents."""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "card_decoration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("extension_id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["extension_id"],
            ["extension.id"],
            name=op.f("card_decoration_extension_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["incident_id"],
            ["incident.id"],
            name=op.f("card_decoration_incident_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("card_decoration_pkey")),
        sa.UniqueConstraint(
            "incident_id",
            "extension_id",
            name=op.f("card_decoration_incident_id_extension_id_key"),
        ),
    )
    op.create_index(
        op.f("card_decoration_extension_id_index"),
        "card_decoration",
        ["extension_id"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_table("card_decoration")
