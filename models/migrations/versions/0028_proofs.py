"""What proves whom an incident accuses, and a plugin that went back to an older commit."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("incident", sa.Column("proof", sa.String(), nullable=True))
    op.add_column("incident", sa.Column("proof_where", sa.String(), nullable=True))
    op.add_column("installation", sa.Column("suspect", sa.String(), nullable=True))
    op.add_column("source_verdict", sa.Column("back_at_sha", sa.String(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("source_verdict") as verdict:
        verdict.drop_column("back_at_sha")
    with op.batch_alter_table("installation") as installation:
        installation.drop_column("suspect")
    with op.batch_alter_table("incident") as incident:
        incident.drop_column("proof_where")
        incident.drop_column("proof")
