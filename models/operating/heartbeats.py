"""The heartbeats of cron jobs: made, listed and deleted. Nothing here commits."""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from models.operating.keys import digest
from models.rules import lengths
from models.tables import Heartbeat

# The rhythm and the patience of a heartbeat are no longer than that.
LONGEST = timedelta(days=366)
_NAME_LIMIT = 80  # characters


class HeartbeatRequestError(ValueError):
    """What was asked of a heartbeat makes no sense; the message says what would."""


def create(session: Session, name: str, every: timedelta, grace: timedelta, now: datetime) -> str:
    """Make a heartbeat and return the secret part of its address, which is stored nowhere.

    The job should finish once in each period of `every`. It may be late by `grace`, and may run for as long as that.

    Raises:
        HeartbeatRequestError: the name is missing or taken.

    """
    label = name.strip()
    if not label or not label.isprintable() or len(label) > _NAME_LIMIT:
        raise HeartbeatRequestError(
            f"give it a name of 1 to {_NAME_LIMIT} characters, without line breaks"
        )
    if session.exec(select(Heartbeat.id).where(Heartbeat.name == label)).first():
        raise HeartbeatRequestError(
            f"there is a heartbeat {label} already; delete it first to get a new address"
        )
    secret = str(uuid.uuid4())
    row = Heartbeat(
        name=label,
        digest=digest(secret),
        every_seconds=int(every.total_seconds()),
        grace_seconds=int(grace.total_seconds()),
        created_at=now,
    )
    session.add(row)
    return secret


def known(session: Session, digests: Collection[str]) -> frozenset[str]:
    """Those of the digests that belong to the secret of a heartbeat."""
    return frozenset(
        session.exec(select(Heartbeat.digest).where(col(Heartbeat.digest).in_(digests)))
    )


def listing(session: Session) -> Sequence[Heartbeat]:
    """All heartbeats, by name."""
    return session.exec(select(Heartbeat).order_by(col(Heartbeat.name))).all()


def delete(session: Session, name: str) -> Heartbeat:
    """Delete the heartbeat: nobody waits for the job any more, and its address is unknown from now on.

    Raises:
        HeartbeatRequestError: no heartbeat has this name.

    """
    row = session.exec(select(Heartbeat).where(Heartbeat.name == name.strip())).first()
    if row is None:
        raise HeartbeatRequestError(f"there is no heartbeat {name}; `heartbeats list` shows them")
    session.delete(row)
    return row


def read_length(text: str) -> timedelta:
    """A length of time as operators write it: 90m, 12h, 1d, 2w.

    Raises:
        HeartbeatRequestError: it is none, or longer than a year.

    """
    length = lengths.read(text) or timedelta(0)
    if not timedelta(0) < length <= LONGEST:
        raise HeartbeatRequestError(
            f"{text} is no length of time from 1m to a year: write 90m, 12h, 1d or 2w"
        )
    return length
