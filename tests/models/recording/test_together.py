"""Several web processes record at once: the state is the one that some order of their reports leads to."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime
from threading import Barrier
from time import sleep

import sqlalchemy
from sqlmodel import col, func, select, update

from models.database.engine import Database, Session, be_alone
from models.events import GuardReport
from models.record import record
from models.tables import ApiKey, Report, SourceVerdict
from tests.world import BAD, GOOD, World, make_world, saw

PROCESSES = 4


def record_at_once(world: World, url: str, *batches: list[GuardReport]) -> None:
    """Each batch in a transaction of its own, on a connection of its own, all at the same moment."""
    start = Barrier(len(batches))

    def one(batch: list[GuardReport]) -> None:
        with closing(Database(url)) as database:
            start.wait()
            with database.write() as session:
                record(session, batch, world.now)

    with ThreadPoolExecutor(len(batches)) as pool:
        list(pool.map(one, batches))


def test_one_breakage_told_by_all_at_once_is_one_incident(
    database: Database, database_url: str, now: datetime
) -> None:
    world = make_world(database, now, "solved", "voting")
    world.report(saw("solved", "p1", GOOD), saw("voting", "v1", GOOD))
    bad = world.a_report(saw("solved", "p2", BAD), saw("voting", "v1", GOOD))
    record_at_once(world, database_url, *[[bad] for _ in range(PROCESSES)])
    assert len(world.incidents()) == 1
    assert len({row.conversation for row in world.announced()}) == 1


def test_first_reports_at_once_make_one_status_and_lose_no_report(
    database: Database, database_url: str, now: datetime
) -> None:
    world = make_world(database, now, "solved", "voting")
    good = world.a_report(saw("solved", "p1", GOOD), saw("voting", "v1", GOOD))
    record_at_once(world, database_url, *[[good, good] for _ in range(PROCESSES)])
    with database.read() as session:
        assert session.exec(select(func.count()).select_from(SourceVerdict)).one() == 2
        # Of each process one row a plugin: what a batch says twice of the same commits is stored once.
        assert session.exec(select(func.count()).select_from(Report)).one() == 2 * PROCESSES


def test_a_heartbeat_does_not_bring_back_what_moved_on_meanwhile(
    database: Database, database_url: str, now: datetime
) -> None:
    world = make_world(database, now, "solved")
    world.report(saw("solved", "p1", GOOD))
    world.report(saw("solved", "p1", GOOD))
    heartbeat, breakage = (
        world.a_report(saw("solved", "p1", GOOD)),
        world.a_report(saw("solved", "p2", BAD)),
    )
    record_at_once(world, database_url, [heartbeat], [breakage], [heartbeat], [heartbeat])
    with database.read() as session:
        row = session.exec(select(SourceVerdict)).one()
    assert (row.verdict, row.plugin_sha) == (BAD, "p2")
    assert world.incidents()[0].resolved_at is None


def test_a_report_that_waits_for_others_meets_what_they_decide(
    database: Database, database_url: str, now: datetime
) -> None:
    world = make_world(database, now, "solved", "voting")
    works, breaks = (
        [world.a_report(saw(name, "p2", verdict)) for name in ("solved", "voting")]
        for verdict in (GOOD, BAD)
    )
    world.report(saw("solved", "p1", GOOD), saw("voting", "v1", GOOD))
    world.record(works[1])
    world.record(breaks[1])
    with ThreadPoolExecutor(1) as pool, database.write() as session:
        be_alone(session)
        waiting = pool.submit(record_at_once, world, database_url, [breaks[0]])
        _until_somebody_waits(session)
        record(session, [works[0]], world.now)
    waiting.result()
    after_another, meanwhile = world.incidents()
    assert meanwhile.good_plugin_sha == after_another.good_plugin_sha == "p2"
    assert meanwhile.suspect == after_another.suspect


def test_a_report_whose_key_is_revoked_while_it_waits_changes_nothing(
    database: Database, database_url: str, now: datetime
) -> None:
    world = make_world(database, now, "solved")
    world.report(saw("solved", "p1", GOOD))
    with ThreadPoolExecutor(1) as pool, database.write() as session:
        be_alone(session)
        breaks = world.a_report(saw("solved", "p2", BAD))
        waiting = pool.submit(record_at_once, world, database_url, [breaks])
        _until_somebody_waits(session)
        session.exec(update(ApiKey).values(revoked_at=now).where(col(ApiKey.revoked_at).is_(None)))
    waiting.result()
    assert world.incidents() == []


def _until_somebody_waits(session: Session) -> None:
    """Until another transaction has looked, and waits for this one; with SQLite it looks when this one is over."""
    while (
        session.connection().dialect.name == "postgresql"
        and not session.execute(_WAITING).scalar_one()
    ):
        sleep(0.001)


_WAITING = sqlalchemy.text(
    "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted)"
)
