"""Who says a declared fact: people, or a release's own metadata."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "declaration",
        sa.Column("source", sa.String(), nullable=False, server_default=sa.text("'people'")),
    )


def downgrade() -> None:
    op.drop_column("declaration", "source")
