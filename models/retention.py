"""What is deleted when its time is over, in batches so small that the intake never waits for one."""

from datetime import datetime

from sqlmodel import Session

from models import bulk

BATCH = 500

# Rows are numbered as they arrive, so the oldest ones are the first: no index on the time is needed, and none is kept.
_DELETE = {
    "report": """
DELETE FROM report WHERE id IN (SELECT id FROM report ORDER BY id LIMIT :batch) AND received_at < :before RETURNING id
""",
    "statistic": """
DELETE FROM statistic WHERE id IN (SELECT id FROM statistic ORDER BY id LIMIT :batch) AND received_at < :before
RETURNING id
""",
    "outbox": """
DELETE FROM outbox WHERE id IN (
    SELECT id FROM outbox WHERE created_at < :before AND (sent_at IS NOT NULL OR dead_at IS NOT NULL)
    ORDER BY id LIMIT :batch
) RETURNING id
""",
}
PRUNED = tuple(_DELETE)


def prune(session: Session, table: str, before: datetime) -> int:
    """Delete up to `BATCH` of the table's oldest rows if they are from `before`; return how many went.

    `table` is report, statistic, or outbox (of which only rows that were sent or given up are deleted).
    """
    return len(bulk.run(session, _DELETE[table], before=before, batch=BATCH))
