"""Slots of the clock: each is claimed by one process, in one transaction, and nobody else may say how it went.

A claim carries a new token: once another process has claimed the slot, the old token can neither renew nor
finish it. That its time ran out does not stop it as long as nobody else claims the slot.
Functions here never commit.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, delete, select, update

from models.database.engine import be_alone
from models.rules.slots import Ended
from models.tables import Job, JobRun

# How long a slot waits for a process that was killed. A living process renews three times as often.
LEASE_TIME = timedelta(seconds=30)
# A slot is not run again after this many processes died of it.
MOST_ATTEMPTS = 3
# How many runs of each outcome are kept of a job.
KEPT = 100

_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class JobDescription:
    """A job of the clock's table, in words for people: its name, its rhythm and its longest time."""

    name: str
    rhythm: str
    limit: timedelta


@dataclass(frozen=True, slots=True)
class SlotClaim:
    """The right to run a slot of a job until `until`, unless it is renewed. `lease` is its token."""

    job: str
    slot: datetime
    lease: str
    until: datetime


def put_up(session: Session, lines: Sequence[JobDescription], now: datetime) -> None:
    """Make these the clock's jobs, and delete all others. A job that never ran is due at once."""
    be_alone(session)
    session.exec(delete(Job).where(col(Job.name).not_in([line.name for line in lines])))
    for line in lines:
        job = session.get(Job, line.name) or Job(
            name=line.name, rhythm="", limit_seconds=0, next_at=now
        )
        job.rhythm = line.rhythm
        job.limit_seconds = line.limit.total_seconds()
        session.add(job)


def standing(session: Session) -> dict[str, Job]:
    """Every job as it stands, by its name."""
    return {job.name: job for job in session.exec(select(Job))}


def ask(session: Session, name: str, now: datetime) -> bool:
    """Ask that the job run at once, or once more if it runs already; False if there is no such job."""
    job = _alone(session, name)
    if job is None:
        return False
    job.asked_at = max(now, job.slot + _TICK) if job.slot else now
    session.add(job)
    return True


def due(
    job: Job,
    newest: datetime,
    following: datetime,
    now: datetime,
    lease_time: timedelta = LEASE_TIME,
) -> datetime | None:
    """The slot of the job that can be claimed at `now`, if any.

    `newest` is the last slot of the job's rhythm until now, `following` the next one. One slot
    makes up for all that were missed. A slot that a dead process held is due again, unless there is
    a newer one. After the clock went back, slots and leases that lie too far ahead do not count.
    """
    slot = newest
    if job.asked_at and job.asked_at <= following + _TICK:
        slot = max(newest, job.asked_at)
    last = job.slot if job.slot and job.slot <= following else None
    if job.lease is None or job.leased_until is None:
        return slot if last is None or last < slot else None
    # One that lasts for longer than anybody asks for was given before the clock went back.
    is_held = now < job.leased_until <= now + 2 * lease_time
    if is_held:
        return None
    return max(slot, last or slot)


def claim(
    session: Session,
    name: str,
    slot: datetime,
    now: datetime,
    *,
    until: datetime,
    next_at: datetime,
) -> SlotClaim | None:
    """Hold the slot until `until`.

    None when somebody holds it or has run it, or when too many processes died of it.
    """
    job = _alone(session, name)
    if job is None or due(job, slot, next_at, now, until - now) != slot:
        return None
    run = session.get(JobRun, (name, slot))
    takes_over = job.lease is not None and job.slot == slot
    if job.lease and (not takes_over or run is None or run.attempts >= MOST_ATTEMPTS):
        _lose(session, job, now)
    if run and takes_over:
        if run.outcome:
            return None
    elif run:  # from before the clock went back
        _begin_again(run)
    run = run or JobRun(job=name, slot=slot, attempts=0, started_at=now)
    run.attempts += 1
    run.started_at = now
    token = secrets.token_hex(8)
    job.slot = slot
    job.lease = token
    job.leased_until = until
    job.next_at = next_at
    if job.asked_at and job.asked_at <= slot:
        job.asked_at = None
    session.add_all((job, run))
    return SlotClaim(name, slot, token, until)


def _begin_again(run: JobRun) -> None:
    run.attempts = 0
    run.outcome = None
    run.finished_at = None
    run.error = None


def renew(session: Session, held: SlotClaim, until: datetime) -> bool:
    """Hold the slot longer; False when another process took it over."""
    return _set(session, held, leased_until=until)


def release(session: Session, held: SlotClaim, now: datetime) -> None:
    """Let another process take the slot over at once."""
    _set(session, held, leased_until=now)


def finish(
    session: Session, held: SlotClaim, outcome: Ended, now: datetime, error: str | None = None
) -> bool:
    """Note how the slot's run ended; False when another process took it over, or it ended already."""
    if not _set(session, held, lease=None, leased_until=None):
        return False
    run = session.get_one(JobRun, (held.job, held.slot))
    run.outcome = outcome
    run.finished_at = now
    run.error = error
    session.add(run)
    _forget(session, held.job, outcome)
    return True


def _alone(session: Session, name: str) -> Job | None:
    """The job, locked so that no other process can claim it; SQLite has one writer anyway."""
    return session.exec(select(Job).where(Job.name == name).with_for_update()).one_or_none()


def _lose(session: Session, job: Job, now: datetime) -> None:
    """The process that held the job is gone; how its run ended is not known."""
    run = session.get(JobRun, (job.name, job.slot))
    if run:
        run.outcome = Ended.LOST
        run.finished_at = now
        session.add(run)
        _forget(session, job.name, Ended.LOST)
    job.lease = None
    job.leased_until = None
    session.add(job)


def _set(session: Session, held: SlotClaim, **values: object) -> bool:
    is_held = (col(Job.name) == held.job, col(Job.lease) == held.lease)
    changed = session.exec(update(Job).where(*is_held).values(**values))
    return bool(changed.rowcount)


def _forget(session: Session, name: str, outcome: Ended) -> None:
    """Delete the job's oldest runs with this outcome, except the newest `KEPT`."""
    alike = (col(JobRun.job) == name, col(JobRun.outcome) == outcome)
    newest = (
        select(JobRun.slot)
        .where(*alike)
        .order_by(col(JobRun.slot).desc())
        .offset(KEPT - 1)
        .limit(1)
    )
    session.exec(delete(JobRun).where(*alike, col(JobRun.slot) < newest.scalar_subquery()))
