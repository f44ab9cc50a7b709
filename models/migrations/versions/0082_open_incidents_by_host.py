"""Find open incidents by the host commit where they broke.

What opened read all that was open to find what else broke by the same commits of the host.
"""

import sqlalchemy as sa
from alembic import op

revision = "0082"
down_revision = "0081"
branch_labels = None
depends_on = None

_HOST_OPEN = sa.text("resolved_at IS NULL AND suspect = 'host'")


def upgrade() -> None:
    op.create_index(
        "open_incident_by_host",
        "incident",
        ["bad_host_sha"],
        sqlite_where=_HOST_OPEN,
        postgresql_where=_HOST_OPEN,
    )


def downgrade() -> None:
    op.drop_index("open_incident_by_host", "incident")
