"""Keys that sites' admins ask for in a browser."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "key_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_sha256", sa.String(), nullable=False),
        sa.Column("code_sha256", sa.String(), nullable=False),
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("auth_redirect", sa.String(), nullable=False),
        sa.Column("public_key", sa.String(), nullable=False),
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("application", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wanted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trouble", sa.String(), nullable=False),
        sa.Column("proven_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by", sa.String(), nullable=True),
        sa.Column("payload", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("key_request_pkey")),
        sa.UniqueConstraint("token_sha256", name=op.f("key_request_token_sha256_key")),
    )
    op.create_index("key_request_of_domain", "key_request", ["domain"])
    op.create_index(op.f("key_request_wanted_at_index"), "key_request", ["wanted_at"])
    with op.batch_alter_table("api_key") as api_key:
        api_key.add_column(
            sa.Column("by_approval", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("api_key") as api_key:
        api_key.alter_column("by_approval", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("api_key") as api_key:
        api_key.drop_column("by_approval")
    op.drop_table("key_request")
