"""The order of bytes for events of calls, whatever language the database sorts by."""

import sqlalchemy as sa
from alembic import op

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _sort_by("C")


def downgrade() -> None:
    _sort_by("default")


def _sort_by(collation: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("realm_call", "event", type_=sa.String(collation=collation))
