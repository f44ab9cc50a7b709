"""What is kept for a time is deleted when it is over, and nothing else is."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import SQLModel, func, select

from jobs.prune import NotPrunedError, prune
from models.database.engine import Database
from models.messages.message import Message
from models.operating import retention
from models.outbox import enqueue
from models.settings import Settings
from models.tables import (
    Announcement,
    Artefact,
    CanaryRun,
    CiRun,
    Delivery,
    Incident,
    MessageReference,
    Posting,
    Report,
    RoomMessage,
    Statistic,
    StatisticDay,
)
from tests.world import BAD, World, make_world, saw

NOW = datetime.now(UTC)
SETTINGS = Settings(report_retention_days=10, artefact_retention_days=3)


@pytest.fixture
def world(database: Database) -> World:
    return make_world(database, NOW - timedelta(days=400), "solved")


def days_ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def store(world: World, *rows: SQLModel) -> None:
    with world.database.write() as session:
        session.add_all(rows)


def count(world: World, table: type[SQLModel]) -> int:
    with world.database.read() as session:
        return session.exec(select(func.count()).select_from(table)).one()


def a_report(days: float) -> Report:
    commits = {"plugin_branch": "main", "plugin_sha": "a", "host_branch": "stable", "host_sha": "b"}
    return Report(
        received_at=days_ago(days), source="guard", plugin_id=1, verdict="compatible", **commits
    )


def a_statistic(days: float) -> Statistic:
    commits = {"plugin_branch": "main", "plugin_sha": "a", "host_branch": "stable", "host_sha": "b"}
    return Statistic(received_at=days_ago(days), host=f"h{days}", plugin_id=1, **commits)


def a_count(days: float) -> StatisticDay:
    version = {"plugin_branch": "main", "plugin_sha": "a", "host_branch": "stable"}
    return StatisticDay(day=days_ago(days).date(), plugin_id=1, keyed=False, sites=3, **version)


def a_delivery(days: float) -> Delivery:
    return Delivery(guid=f"d{days}", event="ping", received_at=days_ago(days))


def a_ci_run(days: float) -> CiRun:
    names = {
        "kind": "check_run",
        "name": "backend_tests",
        "sha": "a",
        "conclusion": "success",
        "version": "1",
    }
    ids = {"github_id": int(days), "repository_id": 1, "suite_id": 1}
    return CiRun(**names, **ids, started_at=days_ago(days), completed_at=days_ago(days))


def a_canary_run(days: float) -> CanaryRun:
    return CanaryRun(
        run_id=f"r{days}",
        key_id=1,
        server="s",
        host_branch="b",
        host_sha="c",
        started_at=days_ago(days),
    )


@pytest.mark.parametrize(
    ("row", "days"),
    [
        (a_report, 10),
        (a_statistic, 10),
        (a_count, 90),
        (a_delivery, 7),
        (a_ci_run, 90),
        (a_canary_run, 30),
    ],
)
def test_rows_go_when_their_time_is_over(
    world: World, row: Callable[[float], SQLModel], days: int
) -> None:
    before = count(world, type(row(1)))
    # Two days less: a day is counted whole, and midnight may pass while the tests run.
    store(world, *(row(days + n) for n in range(1, 8)), row(days - 2), row(0))
    prune(world.database, SETTINGS)
    assert count(world, type(row(1))) == before + 2


def test_more_than_a_batch(world: World) -> None:
    store(world, *(a_report(20) for _ in range(1_201)), a_report(1))
    prune(world.database, SETTINGS, timedelta(0))
    assert count(world, Report) == 1


def an_artefact(kind: str) -> Artefact:
    return Artefact(server="s", run_id="r5", kind=kind, content=b"x", stored_at=days_ago(5))


def test_artefacts_go_before_their_run(world: World) -> None:
    store(world, a_canary_run(5))
    store(world, *map(an_artefact, ("a", "b")))
    prune(world.database, Settings(artefact_retention_days=6))
    assert count(world, Artefact) == 2
    prune(world.database, SETTINGS)
    assert (count(world, Artefact), count(world, CanaryRun)) == (0, 1)
    store(world, *map(an_artefact, ("a", "b")))
    (runs,) = (
        kept
        for kept in retention.rules(Settings(artefact_retention_days=60))
        if kept.table == "canary_run"
    )
    assert runs.days == 60


def test_what_waits_to_be_sent_is_never_deleted(world: World) -> None:
    with world.database.write() as session:
        for _ in range(3):
            enqueue(session, 1, "incident:1", Posting.REPLY, Message("old"), days_ago(20))
        enqueue(session, 1, "incident:1", Posting.REPLY, Message("new"), days_ago(1))
    with world.database.write() as session:
        rows = session.exec(select(Announcement).order_by(Announcement.id)).all()
        rows[0].sent_at = rows[1].dead_at = rows[3].sent_at = NOW
        session.add_all(rows)
    prune(world.database, SETTINGS)
    with world.database.read() as session:
        assert session.exec(select(Announcement.id).order_by(Announcement.id)).all() == [
            rows[2].id,
            rows[3].id,
        ]


def test_the_room_keeps_threads_whole_and_the_cards_of_what_is_open(world: World) -> None:
    world.now = days_ago(100)
    world.report(saw("solved", "p1", BAD))
    with world.database.read() as session:
        incident = session.exec(select(Incident)).one()
    said = [
        RoomMessage(id=1, outbox_id=1, message="{}", posted_at=days_ago(120)),  # with a late reply
        RoomMessage(id=2, outbox_id=2, message="{}", posted_at=days_ago(1), thread_id=1),
        RoomMessage(id=3, outbox_id=3, message="{}", posted_at=days_ago(120)),  # an open incident's
        RoomMessage(id=4, outbox_id=4, message="{}", posted_at=days_ago(110), thread_id=3),
        RoomMessage(id=5, outbox_id=5, message="{}", posted_at=days_ago(120)),  # long over
        RoomMessage(id=6, outbox_id=6, message="{}", posted_at=days_ago(110), thread_id=5),
        RoomMessage(
            id=7, outbox_id=7, message="{}", posted_at=days_ago(120), edited_at=days_ago(2)
        ),
    ]
    for message in said:
        store(world, message)
    store(
        world,
        MessageReference(destination_id=1, conversation=f"incident:{incident.id}", reference="3"),
    )
    prune(world.database, SETTINGS)
    with world.database.read() as session:
        assert set(session.exec(select(RoomMessage.id))) == {1, 2, 3, 4, 7}


def test_incidents_and_their_stories_are_kept(world: World) -> None:
    world.report(saw("solved", "p1", BAD))
    prune(world.database, SETTINGS)
    assert count(world, Report) == 0
    assert count(world, Incident) == 1


def test_a_table_that_cannot_be_read_keeps_nothing_else(world: World) -> None:
    """What comes after it in the table of rules is deleted all the same, and the run is known to have failed."""
    store(world, a_report(11), a_delivery(8))
    with world.database.write() as session:
        session.connection().exec_driver_sql("DROP TABLE statistic")
    with pytest.raises(NotPrunedError, match="statistic"):
        prune(world.database, SETTINGS)
    assert (count(world, Report), count(world, Delivery)) == (0, 0)
