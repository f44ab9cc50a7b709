"""Requests for keys: how far one is, and whose files are to be looked for."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session, col, select

from models.rules.key_requests import file_of, is_over, origin_of, returning, token_digest
from models.tables import KeyRequest
from models.views.key_requests import KeyRequestView


class WantedProof(NamedTuple):
    """A file that is to be looked for."""

    request_id: int
    address: str


def found_request(session: Session, token: str, now: datetime) -> KeyRequest | None:
    """The request with this token; None where there is none, or it counts no more."""
    by_token = select(KeyRequest).where(KeyRequest.token_sha256 == token_digest(token))
    row = session.exec(by_token).first()
    if row is None or is_over(row.asked_at, row.proven_at, now):
        return None
    return row


def key_request(session: Session, token: str, now: datetime) -> KeyRequestView | None:
    """How far the request with this token is; None where there is none, or it counts no more."""
    row = found_request(session, token, now)
    if row is None:
        return None
    return KeyRequestView(
        domain=row.domain,
        application=row.application,
        file=file_of(row.auth_redirect),
        origin=origin_of(row.auth_redirect),
        asked_at=row.asked_at,
        is_looked_for=row.wanted_at is not None,
        looked_at=row.looked_at,
        trouble=row.trouble,
        proven_at=row.proven_at,
        approved_by=row.approved_by or "",
        answer=returning(row.auth_redirect, row.payload) if row.payload else "",
    )


def wanted_files(session: Session, limit: int) -> Sequence[WantedProof]:
    """Files that are to be looked for, those that wait longest first."""
    waiting = (
        select(KeyRequest)
        .where(col(KeyRequest.wanted_at).is_not(None))
        .order_by(col(KeyRequest.wanted_at), col(KeyRequest.id))
        .limit(limit)
    )
    return [WantedProof(row.id or 0, file_of(row.auth_redirect)) for row in session.exec(waiting)]
