"""Open incidents that accuse both sides are found by an index of them alone."""

import sqlalchemy as sa
from alembic import op

revision = "0067"
down_revision = "0066"
branch_labels = None
depends_on = None


def upgrade() -> None:
    unproven = sa.text("resolved_at IS NULL AND suspect = 'both' AND bad_host_sha <> ''")
    op.create_index(
        "incident_without_proof",
        "incident",
        ["id"],
        sqlite_where=unproven,
        postgresql_where=unproven,
    )


def downgrade() -> None:
    op.drop_index("incident_without_proof", table_name="incident")
