"""Several web processes record at once: the state is the one that some order of their reports leads to."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime
from threading import Barrier

from sqlmodel import func, select

from models.database.engine import Database
from models.events import GuardReport
from models.record import record
from models.tables import Report, SourceVerdict
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
