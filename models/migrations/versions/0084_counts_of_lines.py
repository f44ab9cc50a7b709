"""Lines of the master list by what they are counted by, and open incidents by when they opened."""

import sqlalchemy as sa
from alembic import op

revision = "0084"
down_revision = "0083"
branch_labels = None
depends_on = None

_OPEN = sa.text("resolved_at IS NULL")
_OPEN_BY_TIME = sa.text("resolved_at IS NULL AND opened_at IS NOT NULL")
_LINES = "master_list_line"


def upgrade() -> None:
    op.create_index("master_list_mildness", _LINES, ["is_listed", "mildness"])
    op.create_index("master_list_tags", _LINES, ["is_listed", "tags"])
    op.create_index(
        "open_incident_by_time",
        "incident",
        ["opened_at", "id"],
        sqlite_where=_OPEN,
        postgresql_where=_OPEN_BY_TIME,
    )


def downgrade() -> None:
    op.drop_index("open_incident_by_time", "incident")
    op.drop_index("master_list_tags", _LINES)
    op.drop_index("master_list_mildness", _LINES)
