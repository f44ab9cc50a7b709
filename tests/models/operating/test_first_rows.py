"""Rows that several processes write under one name, the first time at the same moment."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from models.database import bulk
from models.database.engine import Database
from models.github.budgets import budget_of, tell_budget
from models.operating.attendance import PAUSE, WEB, sign_in
from models.tables import Absence, Attendance, GithubBudget
from tests.waiting import LONG

_WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"


def _sign_in(session: Session, now: datetime) -> None:
    sign_in(session, WEB, now)


def _tell_budget(session: Session, now: datetime) -> None:
    tell_budget(session, GithubBudget(identity="app", remaining=7, heard_at=now))


@pytest.mark.parametrize("write", [_sign_in, _tell_budget])
def test_two_that_write_the_first_row_at_once_both_do(
    database: Database, now: datetime, write: Callable[[Session, datetime], None]
) -> None:
    later = now + timedelta(seconds=1)
    _both(database, lambda session: write(session, now), lambda session: write(session, later))
    with database.read() as session:
        rows = [*session.exec(select(Attendance)), *session.exec(select(GithubBudget))]
        assert len(rows) == 1
        assert later in (getattr(rows[0], "at", None), getattr(rows[0], "heard_at", None))


def test_two_that_come_back_at_once_note_one_absence(database: Database, now: datetime) -> None:
    with database.write() as session:
        sign_in(session, WEB, now)
    back = now + 2 * PAUSE
    _both(
        database, lambda session: _sign_in(session, back), lambda session: _sign_in(session, back)
    )
    with database.read() as session:
        noted = session.exec(select(Absence)).all()
    assert [(each.began_at, each.ended_at) for each in noted] == [(now, back)]


def test_an_identity_that_another_one_may_not_use_yet_stays_so(
    database: Database, now: datetime
) -> None:
    until = now + timedelta(minutes=5)
    with database.write() as session:
        tell_budget(session, GithubBudget(identity="app", blocked_until=until, heard_at=now))
    with database.write() as session:
        _tell_budget(session, now)
    with database.read() as session:
        stored = budget_of(session, "app")
    assert stored
    assert (stored.blocked_until, stored.remaining) == (until, 7)


def _both(
    database: Database, first: Callable[[Session], None], second: Callable[[Session], None]
) -> None:
    """Both in transactions of their own, of which the second has begun when the first one ends."""

    def follow() -> None:
        with database.write() as session:
            second(session)
            session.flush()

    with ThreadPoolExecutor(1) as others:
        with database.write() as session:
            first(session)
            session.flush()
            following = others.submit(follow)
            _until_it_waits(database)
        following.result()


def _until_it_waits(database: Database) -> None:
    """On SQLite a transaction that writes waits for the other one before it reads anything."""
    deadline = time.monotonic() + LONG
    while not database.is_sqlite and time.monotonic() < deadline:
        with database.read() as session:
            ((waiting,),) = bulk.run(session, _WAITING)
        if waiting:
            return
