"""Links are signed by a setting; the key that stood here is forgotten, and what it signed ends within the hour."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("signing_key")


def downgrade() -> None:
    keys = op.create_table(
        "signing_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("signing_key_pkey")),
    )
    op.execute(keys.insert().values(id=1, secret=secrets.token_hex(32)))
