"""Whose turn it is in the outbox, so that what may be claimed is found without looking at all that waits."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_INDEXES = {
    "now": ["platform", "destination_id", "id"],
    "held": ["leased_until"],
    "later": ["due_at"],
    "behind": ["destination_id"],
}
_PENDING = sa.text("sent_at IS NULL AND dead_at IS NULL")
_PLATFORMS = """
UPDATE outbox SET platform = (SELECT d.platform FROM destination d WHERE d.id = outbox.destination_id),
  turn = CASE WHEN sent_at IS NOT NULL OR dead_at IS NOT NULL THEN 'over'
              WHEN leased_until IS NOT NULL THEN 'held'
              WHEN attempts > 0 THEN 'later' ELSE 'now' END
"""


def upgrade() -> None:
    op.add_column(
        "outbox", sa.Column("platform", sa.String(), nullable=False, server_default=sa.text("''"))
    )
    op.add_column(
        "outbox", sa.Column("turn", sa.String(), nullable=False, server_default=sa.text("'now'"))
    )
    op.execute(_PLATFORMS)
    _index_pending(["conversation", "destination_id", "id"])
    for turn, columns in _INDEXES.items():
        where = sa.text(f"turn = '{turn}'")
        op.create_index(
            f"outbox_{turn}", "outbox", columns, sqlite_where=where, postgresql_where=where
        )


def downgrade() -> None:
    for turn in _INDEXES:
        op.drop_index(f"outbox_{turn}", "outbox")
    _index_pending(["destination_id", "conversation", "id"])
    op.drop_column("outbox", "turn")
    op.drop_column("outbox", "platform")


def _index_pending(columns: list[str]) -> None:
    op.drop_index("outbox_pending", "outbox")
    op.create_index(
        "outbox_pending", "outbox", columns, sqlite_where=_PENDING, postgresql_where=_PENDING
    )
