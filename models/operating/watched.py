"""What an operator says of watched sources: how long one may be silent, or that it is not waited for.

Nothing here commits.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from models.rules.watched import WATCHED, WatchedKind
from models.tables import WatchedSource


class WatchedRequestError(ValueError):
    """What was asked of a source makes no sense; the message says what would."""


def listing(session: Session) -> Sequence[WatchedSource]:
    """All sources, the one that is due first at the front, then those that are not waited for."""
    rows = select(WatchedSource).order_by(
        col(WatchedSource.expected).desc(), col(WatchedSource.due_at)
    )
    return session.exec(rows).all()


def expect(session: Session, name: str, allowed: timedelta | None) -> WatchedSource:
    """Let the source be silent for so long, or again for as long as its own rhythm says.

    Raises:
        WatchedRequestError: no source is meant, or more than one.

    """
    row = _one(session, name)
    if WATCHED[WatchedKind(row.kind)].own_times:
        raise WatchedRequestError(
            f"{row.name} has its own times: a cron job has those of its heartbeat"
        )
    row.allowed_seconds = int(allowed.total_seconds()) if allowed else None
    row.forgotten_at = None
    session.add(row)
    return row


def forget(session: Session, name: str, now: datetime) -> WatchedSource:
    """Wait for the source no more, until it is heard again.

    Raises:
        WatchedRequestError: no source is meant, or more than one.

    """
    row = _one(session, name)
    row.forgotten_at = now
    session.add(row)
    return row


def _one(session: Session, name: str) -> WatchedSource:
    kind, _, rest = name.strip().partition(":")
    kinds = (kind,) if rest and kind in set(WatchedKind) else tuple(WatchedKind)
    wanted = rest if len(kinds) == 1 else name.strip()
    named = select(WatchedSource).where(
        WatchedSource.name == wanted, col(WatchedSource.kind).in_(kinds)
    )
    rows = session.exec(named.order_by(col(WatchedSource.kind))).all()
    if not rows:
        raise WatchedRequestError(f"no source is called {wanted}; `sources list` shows them")
    if len(rows) > 1:
        raise WatchedRequestError(
            f"{wanted} could mean {' or '.join(f'{row.kind}:{row.name}' for row in rows)}"
        )
    return rows[0]
