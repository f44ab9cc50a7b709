"""Queues of the outbox: new cards are sent before replies and edits of old ones."""

from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None

_QUEUE = """destination_id * 4 + CASE
WHEN action = 'post' THEN 0 WHEN action <> 'edit' THEN 1 WHEN substr(conversation, 1, 9) = 'incident:' THEN 3 ELSE 2 END
"""


def upgrade() -> None:
    op.drop_index("outbox_now", table_name="outbox")
    # In place: SQLite adds only what is reckoned when it is read, and PostgreSQL keeps an index only of what is stored.
    kind = "VIRTUAL" if op.get_context().dialect.name == "sqlite" else "STORED"
    op.execute(f"ALTER TABLE outbox ADD COLUMN queue INTEGER GENERATED ALWAYS AS ({_QUEUE}) {kind}")
    _index_by("queue")


def downgrade() -> None:
    op.drop_index("outbox_now", table_name="outbox")
    op.drop_column("outbox", "queue")
    _index_by("destination_id")


def _index_by(column: str) -> None:
    op.execute(f"CREATE INDEX outbox_now ON outbox (platform, {column}, id) WHERE turn = 'now'")
