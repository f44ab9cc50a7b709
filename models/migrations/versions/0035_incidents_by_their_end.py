"""Incidents by their end, to list what ended last."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


_ENDED = sa.text("resolved_at IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "incident_by_end",
        "incident",
        ["resolved_at"],
        sqlite_where=_ENDED,
        postgresql_where=_ENDED,
    )


def downgrade() -> None:
    op.drop_index("incident_by_end", "incident")
