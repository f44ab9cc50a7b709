"""Events that extensions hear: each is a call that is made once."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

_OF_EVENTS = sa.text("event <> ''")


def upgrade() -> None:
    op.add_column(
        "realm_call",
        sa.Column("event", sa.String(), server_default=sa.text("''"), nullable=False),
    )
    op.create_index(
        "realm_call_of_event",
        "realm_call",
        ["event"],
        sqlite_where=_OF_EVENTS,
        postgresql_where=_OF_EVENTS,
    )


def downgrade() -> None:
    op.drop_index("realm_call_of_event", "realm_call")
    with op.batch_alter_table("realm_call") as call:
        call.drop_column("event")
