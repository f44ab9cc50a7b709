"""What is to be sent: put in within the state's own transaction, claimed under a lease, and marked afterwards."""

from models.outbox.enqueuing import Letter, enqueue, enqueue_all, posted
from models.outbox.rows import (
    CLAIMS_PER_DESTINATION,
    LEASE,
    Claim,
    all_standing,
    claim,
    has_card,
    mark_failed,
    mark_sent,
    next_due,
    standing,
)

__all__ = [
    "CLAIMS_PER_DESTINATION",
    "LEASE",
    "Claim",
    "Letter",
    "all_standing",
    "claim",
    "enqueue",
    "enqueue_all",
    "has_card",
    "mark_failed",
    "mark_sent",
    "next_due",
    "posted",
    "standing",
]
