"""What people declare of plugins: status, limits of the host, and which plugins go together."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "declaration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plugin_id", sa.Integer(), nullable=False),
        sa.Column("fact", sa.String(), nullable=False),
        sa.Column("standing", sa.String(), nullable=True),
        sa.Column("other_id", sa.Integer(), nullable=True),
        sa.Column("versions", sa.String(), nullable=False),
        sa.Column("of_versions", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["plugin_id"],
            ["plugin.id"],
            name=op.f("declaration_plugin_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["plugin.id"], name=op.f("declaration_other_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("declaration_pkey")),
    )
    op.create_index(op.f("declaration_plugin_id_index"), "declaration", ["plugin_id"])
    op.create_index(op.f("declaration_other_id_index"), "declaration", ["other_id"])


def downgrade() -> None:
    op.drop_table("declaration")
