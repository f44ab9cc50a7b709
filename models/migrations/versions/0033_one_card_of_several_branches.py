"""One card for a plugin that breaks in one way on several host branches."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("incident") as incident:
        incident.add_column(sa.Column("lead_id", sa.Integer(), nullable=True))
        incident.create_foreign_key(
            "incident_lead_id_fkey", "incident", ["lead_id"], ["id"], ondelete="SET NULL"
        )
        incident.create_index("incident_lead_id_index", ["lead_id"])


def downgrade() -> None:
    with op.batch_alter_table("incident") as incident:
        incident.drop_index("incident_lead_id_index")
        incident.drop_constraint("incident_lead_id_fkey", type_="foreignkey")
        incident.drop_column("lead_id")
