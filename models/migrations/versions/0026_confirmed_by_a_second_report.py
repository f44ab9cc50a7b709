"""Incidents that one report alone tells of, and the rounds that heal what failed on the same commits."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("incident") as incident:
        incident.add_column(
            sa.Column("confirmed", sa.Boolean(), server_default=sa.true(), nullable=False)
        )
    with op.batch_alter_table("incident") as incident:
        incident.alter_column("confirmed", server_default=None)
    with op.batch_alter_table("source_verdict") as verdict:
        verdict.add_column(
            sa.Column("good_rounds", sa.Integer(), server_default="0", nullable=False)
        )
        verdict.add_column(sa.Column("round_at", sa.DateTime(timezone=True), nullable=True))
        verdict.add_column(sa.Column("round_digest", sa.String(), nullable=True))
    with op.batch_alter_table("source_verdict") as verdict:
        verdict.alter_column("good_rounds", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("source_verdict") as verdict:
        verdict.drop_column("round_digest")
        verdict.drop_column("round_at")
        verdict.drop_column("good_rounds")
    with op.batch_alter_table("incident") as incident:
        incident.drop_column("confirmed")
