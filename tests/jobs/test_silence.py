"""The jobs that look for silence, and send digests and reminders, as the clock calls them."""

from datetime import UTC, datetime, timedelta

import sqlalchemy
from sqlmodel import select, update

from jobs.digests import BATCH, remind, send_digests
from jobs.silence import look_for_silence
from models.database.engine import Database
from models.operating import heartbeats
from models.tables import (
    Announcement,
    Attendance,
    Destination,
    DigestSent,
    Reminder,
    Subscription,
    WatchedSource,
)
from tests.world import BAD, make_world, saw


def test_each_does_all_that_is_due_and_may_run_again(database: Database) -> None:
    world = make_world(database, datetime.now(UTC) - timedelta(hours=2), "solved")
    world.report(saw("solved", "p1", BAD))
    with database.write() as session:
        heartbeats.create(session, "backup", timedelta(days=1), timedelta(hours=1), world.now)
        for number in range(BATCH + 2):
            channel = Destination(platform="test", address=f"C{number}", name=f"#{number}")
            session.add(channel)
            session.flush()
            session.add(Subscription(destination_id=channel.id or 0))
    for _ in range(2):
        look_for_silence(database, github_listened=True)
        send_digests(database)
        remind(database)
    with database.read() as session:
        assert {row.kind for row in session.exec(select(WatchedSource))} == {"guard", "cron", "web"}
        assert [row.process for row in session.exec(select(Attendance))] == ["jobs"]
        assert len(session.exec(select(DigestSent)).all()) == BATCH + 3
        assert len(session.exec(select(Reminder)).all()) == 1


def test_whoever_reports_waits_for_no_digest_to_be_composed(database: Database) -> None:
    """Whether planned upgrades would work takes long to find out, and whoever writes keeps all others from it."""
    world = make_world(database, datetime.now(UTC) - timedelta(days=2), "solved")
    world.report(saw("solved", "p1", BAD))
    with database.write() as session:
        channel = Destination(platform="test", address="C1", name="#1", digest="daily")
        session.add(channel)
        session.flush()
        session.add(Subscription(destination_id=channel.id or 0))
    send_digests(database)
    with database.write() as session:
        session.exec(update(DigestSent).values(slot="2026-01-01"))
    written: list[str] = []

    def note(
        connection: sqlalchemy.Connection, _cursor: object, statement: str, *_: object
    ) -> None:
        if connection.get_execution_options().get("writes"):
            written.append(statement)

    sqlalchemy.event.listen(sqlalchemy.Engine, "before_cursor_execute", note)
    try:
        send_digests(database)
    finally:
        sqlalchemy.event.remove(sqlalchemy.Engine, "before_cursor_execute", note)
    with database.read() as session:
        told = session.exec(select(Announcement.conversation)).all()
    assert any(each.startswith("digest:") for each in told)
    assert not any("FROM incident" in each or "FROM plugin" in each for each in written)
