"""How the clock's jobs go."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

from sqlmodel import Session, col, func, select

from models.rules.privacy import PUBLIC, Clearance
from models.rules.slots import Ended
from models.rules.smoke import SmokeJob
from models.tables import Job, JobRun
from models.views.jobs import JobView, RunView


def jobs(session: Session, now: datetime, *, allowed: Clearance = PUBLIC) -> list[JobView]:
    """Every job of the clock by name, with its last run. A run whose lease ended does not count as
    running.

    What is not `allowed` to be known is left out: which servers are tested, and what an error says.
    """
    last = _last_runs(session)
    begun = _begun(session, now)
    views = [
        JobView(
            name=job.name,
            rhythm=job.rhythm,
            limit=timedelta(seconds=job.limit_seconds),
            next_at=job.next_at,
            running_since=begun.get(job.name),
            last=last.get(job.name),
        )
        for job in session.exec(select(Job).order_by(Job.name))
    ]
    numbers = count(1)
    return [_shown(view, numbers, allowed) for view in views]


def _shown(job: JobView, numbers: Iterator[int], allowed: Clearance) -> JobView:
    if job.last is not None and not allowed.every_plugin:  # an error may name a private repository
        job = replace(job, last=replace(job.last, error=None))
    if allowed.inside or SmokeJob.named(job.name) is None:
        return job
    return replace(job, name=f"browser canary {next(numbers)}")


def _begun(session: Session, now: datetime) -> dict[str, datetime]:
    current = select(JobRun).join(
        Job,
        (col(Job.name) == col(JobRun.job)) & (col(Job.slot) == col(JobRun.slot)),
    )
    return {
        run.job: run.started_at for run in session.exec(current.where(col(Job.leased_until) > now))
    }


def _last_runs(session: Session) -> dict[str, RunView]:
    ended = select(JobRun.job, func.max(JobRun.slot).label("slot")).where(
        col(JobRun.outcome).is_not(None),
    )
    newest = ended.group_by(JobRun.job).subquery()
    rows = session.exec(
        select(JobRun).join(
            newest,
            (newest.c.job == col(JobRun.job)) & (newest.c.slot == col(JobRun.slot)),
        )
    )
    return {
        run.job: RunView(run.started_at, run.finished_at, Ended(run.outcome), run.error)
        for run in rows
        if run.finished_at and run.outcome in tuple(Ended)
    }
