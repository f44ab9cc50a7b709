"""The intake when the database does not take what comes: senders are told within seconds, and it goes on by itself."""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

import httpx
import pytest
import sqlalchemy
from sqlmodel import func, select

from models.database.engine import Database, be_alone
from models.events import GuardReport, Outcome
from models.operating import keys
from models.rules.kinds import KeyKind
from models.rules.status import Verdict
from models.tables import Report
from tests.postgresql import Copies
from tests.servers.way import Way
from tests.waiting import LONG
from tests.webhooks.conftest import line, report, serving
from tests.world import World, make_world, saw
from webhooks.recording.batches import NotStored
from webhooks.recording.intake import Intake


@pytest.fixture
def world(tmp_path: Path, sqlite_template: Path, now: datetime) -> Iterator[World]:
    """One on SQLite."""
    path = tmp_path / "intake.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    with closing(Database(f"sqlite:///{path}")) as database:
        yield make_world(database, now, "solved", "voting")


def stored(database: Database) -> int:
    with database.read() as session:
        return session.exec(select(func.count()).select_from(Report)).one()


def send(database: Database, *reports: GuardReport) -> list[Outcome | BaseException]:
    """Submit the reports so that they are recorded together."""
    door = Intake(database)

    async def submit() -> list[Outcome | BaseException]:
        together = asyncio.gather(*(door.submit(one) for one in reports), return_exceptions=True)
        await asyncio.sleep(0)
        door.start()
        return await together

    try:
        return asyncio.run(submit())
    finally:
        door.stop()


def test_a_full_database_acknowledges_nothing_that_is_lost(world: World) -> None:
    small = world.a_report(saw("solved", "s1", Verdict.COMPATIBLE))
    large = world.a_report(saw("voting", "v1", Verdict.INCOMPATIBLE, "x" * 2_000_000))
    others = [world.a_report(saw("solved", sha, Verdict.COMPATIBLE)) for sha in ("s2", "s3")]
    with world.database.read() as session:
        pages = session.connection().exec_driver_sql("PRAGMA page_count").scalar_one()

    def fill(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages + 20}")

    world.database.close()
    sqlalchemy.event.listen(sqlalchemy.Engine, "connect", fill)
    outcomes = send(world.database, small, large, *others)
    acknowledged = sum(not isinstance(outcome, BaseException) for outcome in outcomes)
    assert acknowledged <= stored(world.database)
    assert isinstance(outcomes[1], NotStored)
    sqlalchemy.event.remove(sqlalchemy.Engine, "connect", fill)
    world.database.close()
    (outcome,) = send(world.database, small)
    assert isinstance(outcome, Outcome)


def test_a_locked_database_is_told_in_time(world: World) -> None:
    one = world.a_report(saw("solved", "s1", Verdict.COMPATIBLE))
    with world.database.write():
        door = Intake(world.database, seconds_to_answer=0.3)
        door.start()
        with pytest.raises(NotStored, match="does not answer"):
            asyncio.run(door.submit(one))
    assert _in_the_end(door, one).accepted == ("solved",)
    door.stop()


def _in_the_end(door: Intake, event: GuardReport) -> Outcome:
    """What the same intake answers when the database is free, on however slow a machine."""
    for _ in range(60):
        with suppress(NotStored):
            return asyncio.run(door.submit(event))
    raise AssertionError("the intake stores nothing any more")


def test_machines_and_readers_hear_a_503_while_the_way_to_the_server_swallows_all(
    copies: Copies, now: datetime
) -> None:
    url = copies.create()
    with Way.to(sqlalchemy.make_url(url)) as way, _patient_for_a_second(way) as database:
        make_world(database, now, "solved")
        with database.write() as session:
            known, unknown = (
                keys.create(session, KeyKind.SITE, name, None, now) for name in ("one", "two")
            )
        with (
            serving(database, intake=Intake(database, seconds_to_answer=1.0)) as address,
            httpx.Client(base_url=address, timeout=LONG, verify=False) as http,
        ):
            assert _post(http, known).status_code == 200
            way.swallow()
            for answer in (
                _post(http, known),
                _post(http, unknown),
                http.get("/plugin-manager/status/solved"),
            ):
                assert (answer.status_code, answer.headers["retry-after"]) == (503, "5"), (
                    answer.text
                )
            way.mend()
            assert _eventually(lambda: _post(http, known).status_code == 200)
            assert _post(http, unknown).status_code == 200
    copies.drop(url)


def _patient_for_a_second(way: Way) -> closing[Database]:
    return closing(Database(f"{way.url}?connect_timeout=2", patience=1, grace=0.5))


def _post(http: httpx.Client, key: str) -> httpx.Response:
    return http.post(
        "/plugin-manager/status", json=report(line("solved")), headers={"Api-Key": key}
    )


def _eventually(holds: Callable[[], bool]) -> bool:
    return any(holds() or time.sleep(0.1) for _ in range(100))


def test_heartbeats_wait_for_nobody_who_decides_and_what_changes_a_state_does(
    copies: Copies, now: datetime
) -> None:
    url = copies.create()
    with closing(Database(url)) as database:
        world = make_world(database, now, "solved", "voting")
        beat = world.a_report(saw("solved", "s1", Verdict.COMPATIBLE))
        other = world.a_report(saw("voting", "v1", Verdict.COMPATIBLE))
        turn = world.a_report(saw("solved", "s2", Verdict.COMPATIBLE))
        assert [type(each) for each in send(database, beat, other)] == [Outcome] * 2
        door = Intake(database)

        async def submit() -> list[Outcome]:
            changing = asyncio.create_task(door.submit(turn))
            beating = asyncio.gather(*(door.submit(each) for each in (other, beat, other)))
            await asyncio.sleep(0)
            with database.write() as session:
                be_alone(session)
                door.start()
                await beating
                assert not changing.done()
            return [await changing]

        (outcome,) = asyncio.run(submit())
        door.stop()
        assert outcome.accepted == ("solved",)
        assert stored(database) == 6
    copies.drop(url)
