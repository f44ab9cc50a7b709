"""Slots: claimed by one, taken over from the dead, and made up for once."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlmodel import col, select

from models import queries
from models.database.engine import Database
from models.operating import slots
from models.operating.slots import LEASE_TIME, JobDescription, SlotClaim
from models.rules.slots import Daily, Ended, Every
from models.tables import Job, JobRun
from models.views.jobs import JobView, RunView

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
EACH_MINUTE = Every(MINUTE)
LINES = (
    JobDescription("sweep", "every minute", MINUTE),
    JobDescription("idle", "every minute", MINUTE),
)


@pytest.fixture
def clock(database: Database, now: datetime) -> Database:
    put_up(database, LINES, now)
    return database


def put_up(database: Database, lines: Sequence[JobDescription], now: datetime) -> None:
    with database.write() as session:
        slots.put_up(session, lines, now)


def due(database: Database, now: datetime) -> datetime | None:
    with database.read() as session:
        return slots.due(
            slots.standing(session)["sweep"],
            EACH_MINUTE.newest(now),
            EACH_MINUTE.following(now),
            now,
        )


def claim(database: Database, now: datetime, slot: datetime | None = None) -> SlotClaim | None:
    """What a jobs process does at a tick; with `slot`, what one does that looked earlier."""
    slot = slot or due(database, now)
    if slot is None:
        return None
    with database.write() as session:
        return slots.claim(
            session, "sweep", slot, now, until=now + LEASE_TIME, next_at=EACH_MINUTE.following(now)
        )


def finish(
    database: Database, held: SlotClaim | None, now: datetime, outcome: Ended = Ended.DONE
) -> bool:
    assert held
    with database.write() as session:
        return slots.finish(session, held, outcome, now)


def runs(database: Database) -> list[tuple[datetime, str | None, int]]:
    with database.read() as session:
        found = session.exec(select(JobRun).order_by(col(JobRun.slot)))
        return [(run.slot, run.outcome, run.attempts) for run in found]


def test_a_new_job_is_due_at_once_and_then_at_its_next_slot(clock: Database, now: datetime) -> None:
    slot = EACH_MINUTE.newest(now)
    held = claim(clock, now)
    assert held
    assert (held.slot, due(clock, now + 20 * SECOND)) == (slot, None)
    assert finish(clock, held, now + 20 * SECOND)
    assert due(clock, slot + MINUTE - SECOND) is None
    assert due(clock, slot + MINUTE) == slot + MINUTE
    assert runs(clock) == [(slot, "done", 1)]


def test_many_processes_at_once_claim_a_slot_once(database_url: str, now: datetime) -> None:
    databases = [Database(database_url) for _ in range(6)]
    put_up(databases[0], LINES, now)
    with ThreadPoolExecutor(len(databases)) as pool:
        for n in range(5):
            later = now + n * MINUTE
            slot = EACH_MINUTE.newest(later)
            tried = pool.map(lambda db: claim(db, later, slot), databases)  # noqa: B023 - run at once
            (held,) = [held for held in tried if held]
            assert finish(databases[0], held, later)
            assert claim(databases[1], later, slot) is None
    for database in databases:
        database.close()


def test_many_processes_that_start_at_once_put_up_one_table(
    database_url: str, now: datetime
) -> None:
    databases = [Database(database_url) for _ in range(6)]
    with ThreadPoolExecutor(len(databases)) as pool:
        list(pool.map(lambda database: put_up(database, LINES, now), databases))
    for database in databases:
        database.close()


def test_whoever_lost_the_lease_can_say_nothing_any_more(clock: Database, now: datetime) -> None:
    stopped = claim(clock, now)
    assert stopped
    assert claim(clock, now + LEASE_TIME - SECOND) is None
    other = claim(clock, now + LEASE_TIME)
    assert other
    assert other.slot == stopped.slot
    with clock.write() as session:
        assert not slots.renew(session, stopped, now + 2 * LEASE_TIME)
    assert not finish(clock, stopped, now + LEASE_TIME)
    assert runs(clock) == [(other.slot, None, 2)]
    assert finish(clock, other, now + LEASE_TIME, Ended.FAILED)
    assert not finish(clock, other, now + LEASE_TIME)
    assert runs(clock) == [(other.slot, "failed", 2)]


def test_a_lease_that_is_renewed_lasts(clock: Database, now: datetime) -> None:
    held = claim(clock, now)
    assert held
    with clock.write() as session:
        assert slots.renew(session, held, now + 5 * MINUTE + LEASE_TIME)
    assert due(clock, now + 5 * MINUTE) is None
    with clock.write() as session:
        slots.release(session, held, now + 5 * MINUTE)
    assert due(clock, now + 5 * MINUTE) is not None


def test_missed_slots_are_made_up_for_once(clock: Database, now: datetime) -> None:
    finish(clock, claim(clock, now), now)
    woken = now + timedelta(days=3)
    held = claim(clock, woken)
    assert held
    assert held.slot == EACH_MINUTE.newest(woken)
    finish(clock, held, woken)
    assert due(clock, woken) is None
    assert len(runs(clock)) == 2


def test_a_dead_process_gives_way_to_a_newer_slot(clock: Database, now: datetime) -> None:
    dead = claim(clock, now)
    assert dead
    held = claim(clock, now + 2 * MINUTE)
    assert held
    assert runs(clock) == [(dead.slot, "lost", 1), (held.slot, None, 1)]


def test_a_slot_that_processes_die_of_is_left_alone(clock: Database, now: datetime) -> None:
    slot = EACH_MINUTE.newest(now)
    for n in range(slots.MOST_ATTEMPTS):
        assert claim(clock, now + n * LEASE_TIME, slot)
    late = now + slots.MOST_ATTEMPTS * LEASE_TIME
    assert claim(clock, late, slot) is None
    assert runs(clock) == [(slot, "lost", 3)]
    assert due(clock, slot + MINUTE + LEASE_TIME) is not None


def test_a_job_can_be_asked_for_between_its_slots(clock: Database, now: datetime) -> None:
    finish(clock, claim(clock, now), now)
    with clock.write() as session:
        assert slots.ask(session, "sweep", now)
        assert not slots.ask(session, "no such job", now)
    held = claim(clock, now)
    assert held
    with clock.write() as session:
        assert slots.ask(session, "sweep", now)  # once more, by a machine whose clock may be behind
    finish(clock, held, now)
    again = claim(clock, now)
    assert again
    assert again.slot > held.slot
    finish(clock, again, now)
    assert due(clock, now) is None
    assert due(clock, now + MINUTE) == EACH_MINUTE.newest(now + MINUTE)


def test_the_history_is_bounded_by_outcome(clock: Database, now: datetime) -> None:
    finish(clock, claim(clock, now), now, Ended.FAILED)
    with clock.write() as session:
        for n in range(1, slots.KEPT + 10):
            done = {"outcome": Ended.DONE, "started_at": now, "finished_at": now}
            session.add(JobRun(job="sweep", slot=now - n * MINUTE, **done))
    finish(clock, claim(clock, now + MINUTE), now + MINUTE)
    outcomes = [outcome for _, outcome, _ in runs(clock)]
    assert (outcomes.count("done"), outcomes.count("failed")) == (slots.KEPT, 1)


def test_of_runs_that_were_lost_as_many_are_kept(clock: Database, now: datetime) -> None:
    with clock.write() as session:
        for n in range(1, slots.KEPT + 10):
            lost = {"outcome": Ended.LOST, "started_at": now, "finished_at": now}
            session.add(JobRun(job="sweep", slot=now - n * MINUTE, **lost))
    assert claim(clock, now)  # and its process dies
    assert claim(clock, now + MINUTE)
    outcomes = [outcome for _, outcome, _ in runs(clock)]
    assert (outcomes.count("lost"), outcomes.count(None)) == (slots.KEPT, 1)


def test_a_job_that_is_gone_from_the_table_is_forgotten(clock: Database, now: datetime) -> None:
    held = claim(clock, now)
    put_up(clock, LINES[1:], now)
    assert not finish(clock, held, now)
    with clock.read() as session:
        assert [job.name for job in session.exec(select(Job))] == ["idle"]
    assert runs(clock) == []


def test_what_people_see_of_a_job(clock: Database, now: datetime) -> None:
    def sweep(at: datetime) -> JobView:
        with clock.read() as session:
            return next(job for job in queries.jobs(session, at) if job.name == "sweep")

    assert sweep(now) == JobView("sweep", "every minute", MINUTE, now)
    held = claim(clock, now)
    assert sweep(now).running_since == now
    assert not sweep(now + LEASE_TIME - SECOND).is_late(now + LEASE_TIME - SECOND)
    finish(clock, held, now + 3 * SECOND, Ended.TIMED_OUT)
    ended = sweep(now + 4 * SECOND)
    assert ended.last == RunView(now, now + 3 * SECOND, Ended.TIMED_OUT)
    assert (ended.is_failing, ended.running_since, ended.next_at) == (
        True,
        None,
        EACH_MINUTE.following(now),
    )
    assert sweep(now + 5 * MINUTE).is_late(now + 5 * MINUTE)
    claim(clock, now + MINUTE)
    assert sweep(now + MINUTE).last == ended.last
    assert sweep(now + MINUTE + LEASE_TIME).running_since is None


def test_a_clock_that_goes_back_stops_no_job_and_leaves_no_lease(
    clock: Database, now: datetime
) -> None:
    for minute in range(3):
        assert finish(clock, claim(clock, now + minute * MINUTE), now + minute * MINUTE)
    assert claim(clock, now + 3 * MINUTE)  # and its process dies
    back = now - timedelta(hours=1)
    assert finish(clock, claim(clock, back), back)
    assert due(clock, back) is None
    for minute in range(1, 70):  # through the slots that ran already, and past them
        assert finish(clock, claim(clock, back + minute * MINUTE), back + minute * MINUTE), minute
    assert all(outcome == "done" for _, outcome, _ in runs(clock))


def test_after_the_clock_went_back_a_process_that_dies_stops_only_its_own_slot(
    clock: Database, now: datetime
) -> None:
    for minute in range(5):
        assert finish(clock, claim(clock, now + minute * MINUTE), now + minute * MINUTE)
    assert claim(clock, now)  # the clock went back, and the process dies
    for minute in range(1, 5):  # through slots that ran before
        moment = now + minute * MINUTE
        assert finish(clock, claim(clock, moment), moment), minute
    assert [outcome for _, outcome, _ in runs(clock)] == ["lost", *["done"] * 4]


def test_a_daily_slot_is_not_run_again_where_the_clock_goes_back_over_it(now: datetime) -> None:
    daily, ran = Daily(time(15, 0)), datetime(2026, 3, 14, 15, 0, tzinfo=UTC)
    job = Job(name="canary", rhythm="daily", limit_seconds=60, next_at=now, slot=ran)

    def slot(moment: datetime) -> datetime | None:
        return slots.due(job, daily.newest(moment), daily.following(moment), moment)

    back = now - timedelta(hours=1)
    assert [slot(now), slot(back), slot(now)] == [None, None, None]
    assert slot(ran + timedelta(days=1)) == ran + timedelta(days=1)
    assert (
        slot(now - timedelta(days=400)) is not None
    )  # the clock was wrong by a year, and is put right


def test_a_lease_holds_while_its_end_is_one_that_somebody_may_have_asked_for(
    clock: Database, now: datetime
) -> None:
    assert claim(clock, now)
    for moment in (now, now + LEASE_TIME - SECOND, now - LEASE_TIME + SECOND):
        assert due(clock, moment) is None
    assert due(clock, now - LEASE_TIME - SECOND) is not None
