"""Canary runs of our own."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "canary_order",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("server", sa.String(), nullable=False),
        sa.Column("traced", sa.Boolean(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("destination_id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["destination_id"], ["destination.id"], name=op.f("canary_order_destination_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("canary_order_pkey")),
    )
    with op.batch_alter_table("canary_order", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("canary_order_run_id_index"), ["run_id"], unique=False)
        batch_op.create_index(
            "one_canary_order_of_server",
            ["server"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    with op.batch_alter_table("canary_run", schema=None) as batch_op:
        batch_op.alter_column("key_id", existing_type=sa.Integer(), nullable=True)
        batch_op.add_column(sa.Column("earlier", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("canary_run", schema=None) as batch_op:
        batch_op.alter_column("earlier", server_default=None)


def downgrade() -> None:
    # Foreign keys are off meanwhile, so what hangs on a run is deleted by name.
    ours = "SELECT run_id FROM canary_run WHERE key_id IS NULL"
    op.execute(f"DELETE FROM artefact WHERE kind = 'trace' OR run_id IN ({ours})")  # noqa: S608 - constants
    op.execute("DELETE FROM canary_run WHERE key_id IS NULL")
    with op.batch_alter_table("canary_run", schema=None) as batch_op:
        batch_op.drop_column("earlier")
        batch_op.alter_column("key_id", existing_type=sa.Integer(), nullable=False)

    with op.batch_alter_table("canary_order", schema=None) as batch_op:
        batch_op.drop_index("one_canary_order_of_server")
        batch_op.drop_index(batch_op.f("canary_order_run_id_index"))
    op.drop_table("canary_order")
