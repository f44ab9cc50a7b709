"""Steps that are told by a transaction of their own, so that heartbeats wait for half as long."""

import sqlalchemy as sa
from alembic import op

revision = "0091"
down_revision = "0090"
branch_labels = None
depends_on = None

_STEPS = "unannounced_step"


def upgrade() -> None:
    op.create_table(
        _STEPS,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("kind", "words")),
        sa.Column("quiet", sa.Boolean(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("host_sha", sa.String(), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"],
            ["incident.id"],
            name="unannounced_step_incident_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="unannounced_step_pkey"),
    )
    op.create_index("unannounced_step_incident_id_index", _STEPS, ["incident_id"])


def downgrade() -> None:
    """What is not announced yet is not announced."""
    op.drop_table(_STEPS)
