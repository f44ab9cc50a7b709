"""The packages of extensions that could be installed."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "extension_package",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("stamp", sa.String(), nullable=False),
        sa.Column("handle", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("manifest", sa.String(), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ordered_by_id", sa.Integer(), nullable=True),
        sa.Column("ordered_code", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["ordered_by_id"], ["person.id"], name=op.f("extension_package_ordered_by_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("extension_package_pkey")),
        sa.UniqueConstraint("file", name=op.f("extension_package_file_key")),
    )


def downgrade() -> None:
    op.drop_table("extension_package")
