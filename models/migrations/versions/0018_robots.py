"""Robots ask and act, and are sent nothing."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_CLOSED = sa.table("closed_platform", sa.column("platform", sa.String()))


def upgrade() -> None:
    op.execute(sa.insert(_CLOSED).values(platform="api"))


def downgrade() -> None:
    op.execute(sa.delete(_CLOSED).where(_CLOSED.c.platform == "api"))
