"""What is to be sent: put in within the state's own transaction, claimed under a lease, and marked afterwards."""

from models.outbox.cards import all_standing, has_card, standing
from models.outbox.claiming import (
    CLAIMS_PER_DESTINATION,
    LEASE,
    Claim,
    claim,
    claim_behind,
)
from models.outbox.enqueuing import Letter, UnwrittenLetter, enqueue, enqueue_all, posted
from models.outbox.lanes import Lane, all_lanes
from models.outbox.marking import let_go_on, mark_failed, mark_sent
from models.outbox.turns import LONGEST_LEASE, next_due

__all__ = [
    "CLAIMS_PER_DESTINATION",
    "LEASE",
    "LONGEST_LEASE",
    "Claim",
    "Lane",
    "Letter",
    "UnwrittenLetter",
    "all_lanes",
    "all_standing",
    "claim",
    "claim_behind",
    "enqueue",
    "enqueue_all",
    "has_card",
    "let_go_on",
    "mark_failed",
    "mark_sent",
    "next_due",
    "posted",
    "standing",
]
