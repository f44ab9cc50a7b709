"""Who uses which extension."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "extension_use",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("extension_id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("is_person", sa.Boolean(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["extension_id"],
            ["extension.id"],
            name=op.f("extension_use_extension_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("extension_use_pkey")),
        sa.UniqueConstraint(
            "extension_id",
            "platform",
            "address",
            name=op.f("extension_use_extension_id_platform_address_key"),
        ),
    )
    # What was on was so for everybody.
    with op.batch_alter_table("extension") as extension:
        extension.add_column(
            sa.Column("everywhere", sa.Boolean(), server_default=sa.true(), nullable=False)
        )
    with op.batch_alter_table("extension") as extension:
        extension.alter_column("everywhere", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("extension") as extension:
        extension.drop_column("everywhere")
    op.drop_table("extension_use")
