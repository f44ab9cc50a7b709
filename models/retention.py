"""What is deleted when its time is over, in batches so small that the intake never waits for one."""

from datetime import datetime, timedelta

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
    "delivery": """
DELETE FROM delivery WHERE guid IN (
    SELECT guid FROM delivery WHERE received_at < :before ORDER BY received_at LIMIT :batch
) RETURNING guid
""",
    "artefact": """
DELETE FROM artefact WHERE (run_id, kind) IN (
    SELECT run_id, kind FROM artefact WHERE stored_at < :before ORDER BY stored_at LIMIT :batch
) RETURNING run_id
""",
    "canary_run": """
DELETE FROM canary_run WHERE run_id IN (
    SELECT run_id FROM canary_run WHERE started_at < :before ORDER BY started_at LIMIT :batch
) RETURNING run_id
""",
}
# What is kept for a time of its own. GitHub sends a delivery again for three days.
KEPT = {"delivery": timedelta(days=7), "artefact": timedelta(days=7), "canary_run": timedelta(days=30)}
PRUNED = tuple(_DELETE)


def prune(session: Session, table: str, before: datetime) -> int:
    """Delete up to `BATCH` of the table's oldest rows if they are from `before`; return how many went.

    `table` is one of `PRUNED`; of the outbox only rows that were sent or given up are deleted.
    """
    return len(bulk.run(session, _DELETE[table], before=before, batch=BATCH))
