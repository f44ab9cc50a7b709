"""What sources say on a host branch, by how bad it is."""

import sqlalchemy as sa
from alembic import op

revision = "0086"
down_revision = "0085"
branch_labels = None
depends_on = None

_STANDS = sa.text("NOT expired")


def upgrade() -> None:
    op.create_index(
        "source_verdict_by_branch",
        "source_verdict",
        ["host_branch", "verdict", "plugin_id"],
        sqlite_where=_STANDS,
        postgresql_where=_STANDS,
    )


def downgrade() -> None:
    op.drop_index("source_verdict_by_branch", table_name="source_verdict")
