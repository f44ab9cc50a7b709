"""Calls of extensions, and how often these failed."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_WAITING = sa.text("lease IS NULL AND ended_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "realm_call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("handle", sa.String(), nullable=False),
        sa.Column("run", sa.String(), nullable=False),
        sa.Column("asker", sa.JSON(), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease", sa.String(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("realm_call_pkey")),
    )
    op.create_index(
        "realm_call_waiting",
        "realm_call",
        ["id"],
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    )
    with op.batch_alter_table("extension") as extension:
        extension.add_column(sa.Column("failures", sa.JSON(), server_default="[]", nullable=False))
        extension.add_column(sa.Column("why", sa.String(), nullable=True))
    with op.batch_alter_table("extension") as extension:
        extension.alter_column("failures", server_default=None)


def downgrade() -> None:
    op.execute("UPDATE extension SET state = 'off' WHERE state = 'quarantined'")
    with op.batch_alter_table("extension") as extension:
        extension.drop_column("why")
        extension.drop_column("failures")
    op.drop_index("realm_call_waiting", "realm_call")
    op.drop_table("realm_call")
