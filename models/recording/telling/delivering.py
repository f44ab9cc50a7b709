"""What the announcer and the deliverer do alike with a claim: it becomes a message to send, and its outcome a mark."""

import random
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import structlog
from sqlmodel import Session

from models import outbox
from models.database import bulk
from models.messages.pages import on_web
from models.outbox import Claim
from models.outbox.sending import Outgoing, SendError
from models.recording.telling.opened_channels import note_opened
from models.recording.telling.parking import lose_heart, park, take_heart, tell_put_aside
from models.rules import retry
from models.tables import Destination, Posting

_log = structlog.get_logger()


class SentClaim(NamedTuple):
    """A claim, and the platform's id of its message or why there is none."""

    claim: Claim
    result: str | SendError


def outgoing(claimed: Claim, pages: str) -> Outgoing:
    """What the platform's sender is handed, with links below `pages`, the address of the status pages if there is one.

    Raises:
        SendError: the row cannot be read.
    """
    try:
        action, message = Posting(claimed.action), claimed.message
    except ValueError as error:
        raise SendError(f"{error}; a newer version may have stored it", unreadable=True) from error
    return Outgoing(
        outbox_id=claimed.id,
        address=claimed.address,
        action=Posting.POST if claimed.flat and action is Posting.REPLY else action,
        message=on_web(message, pages),
        reference=claimed.reference,
        broadcast=claimed.broadcast,
        attempts=claimed.attempts,
        is_person=claimed.is_person,
        conversation=claimed.conversation,
        private=claimed.private,
    )


def sender_failed(claimed: Claim, error: Exception) -> SendError:
    """What becomes of a claim whose sender made a mistake of its own: it is logged, and the message tried again."""
    _log.error("sender_failed", platform=claimed.platform, outbox=claimed.id, exc_info=error)
    return SendError(f"the sender failed with {type(error).__name__}")


def mark(
    session: Session,
    sent: Sequence[SentClaim],
    now: datetime,
    *,
    first_retry: float = retry.FIRST_SECONDS,
) -> list[SentClaim]:
    """Note what became of the claims; return those that failed for good. A first failure waits for `first_retry` s."""
    if delivered := [(claimed, result) for claimed, result in sent if isinstance(result, str)]:
        with bulk.pipelined(session, into_next=True):
            take_heart(session, [claimed.destination_id for claimed, _ in delivered])
        outbox.mark_sent(session, delivered, now)
    given_up: list[SentClaim] = []
    for claimed, result in sent:
        if isinstance(result, str) or session.get(Destination, claimed.destination_id) is None:
            continue  # one that was forgotten meanwhile took all that waited for it along
        retry_at = _retry_at(claimed, result, now, first_retry)
        outbox.mark_failed(session, claimed, result.reason, now, retry_at=retry_at)
        _log.warning(
            "not_sent",
            outbox=claimed.id,
            platform=claimed.platform,
            reason=result.reason,
            dead=retry_at is None,
        )
        if retry_at is None:
            given_up.append(SentClaim(claimed, result))
        if result.unreadable or (retry_at is None and not result.permanent):
            tell_put_aside(session, claimed.destination_id, claimed.id, result.reason, now)
        if result.opened:
            note_opened(session, claimed.destination_id, now)
        if result.gone:
            park(session, claimed.destination_id, result.reason, now)
        elif not result.permanent:
            lose_heart(session, claimed.destination_id, result.reason, now)
    return given_up


def _retry_at(claimed: Claim, error: SendError, now: datetime, first: float) -> datetime | None:
    """When to try again; never for a message that cannot be delivered or that was tried too often.

    A 429 costs no message of a platform that means it, and a destination that is gone none at all.
    """
    asked_to_wait = error.retry_after is not None
    if error.gone:
        return now
    if error.permanent or retry.exhausted(claimed.attempts, asked_to_wait=asked_to_wait):
        return None
    # Where the platform says when, it is obeyed to the second and not on top of our own backing off, for a while.
    attempts = (
        max(claimed.attempts - retry.PATIENT_ATTEMPTS, 1) if asked_to_wait else claimed.attempts
    )
    return now + retry.delay(attempts, random.random(), error.retry_after, first=first)  # noqa: S311 - jitter
