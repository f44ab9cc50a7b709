"""What Prometheus reads of what waits and of what is broken."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import sqlalchemy
from sqlmodel import select

from models import outbox
from models.database.engine import Database, go_by_indexes
from models.messages.message import Message
from models.rules.silence import Trouble
from models.rules.watched import WatchedKind
from models.tables import Announcement, Destination, Extension, Posting, WatchedSource
from tests.jobs.realms.extensions import install_extension
from tests.waiting import LONG
from tests.webhooks.conftest import Door, line, report, serving


def _samples(door: Door) -> dict[str, float]:
    text = door.http.get("/metrics").text
    kinds = "outbox|incidents|sources|destinations|extension"
    found = re.findall(rf"^pluginwatch_((?:{kinds})_\w+\{{.*\}}) (\S+)$", text, re.M)
    return {name: float(value) for name, value in found}


def test_open_incidents_are_counted_by_their_verdict(door: Door) -> None:
    assert _samples(door) == {
        'incidents_open{verdict="tests_failing"}': 0,
        'incidents_open{verdict="smoke_failing"}': 0,
        'incidents_open{verdict="incompatible"}': 0,
    }
    door.post("/status", report(line("solved", 2), line("voting", 2)))
    assert _samples(door)['incidents_open{verdict="incompatible"}'] == 2
    door.post("/status", report(line("solved", sha="c" * 8)))
    assert _samples(door)['incidents_open{verdict="incompatible"}'] == 1


def test_what_waits_is_counted_with_its_age(door: Door) -> None:
    now = datetime.now(UTC)
    with door.world.database.write() as session:
        to = Destination(platform="slack", address="C1", name="alerts", created_at=now)
        session.add(to)
        session.flush()
        for age in (600, 5):
            outbox.enqueue(
                session,
                to.id or 0,
                f"incident:{age}",
                Posting.POST,
                Message("x"),
                now - timedelta(seconds=age),
            )
    found = _samples(door)
    assert found['outbox_waiting{platform="slack"}'] == 2
    assert 600 <= found['outbox_oldest_seconds{platform="slack"}'] < 660


def test_without_a_database_the_counters_can_be_read(door: Door) -> None:
    with door.world.database.write() as session:
        session.connection().exec_driver_sql("ALTER TABLE outbox RENAME TO away")
    answer = door.http.get("/metrics")
    assert "pluginwatch_events_recorded_total" in answer.text
    assert "pluginwatch_incidents_open" not in answer.text


def test_what_failed_and_who_is_silent_is_counted(door: Door) -> None:
    now = door.world.now
    with door.world.database.write() as session:
        to = Destination(platform="slack", address="C1", name="alerts", parked_at=now)
        session.add(to)
        session.flush()
        for number, how in enumerate(({"error": "away"}, {"dead_at": now, "error": "gone"}, {})):
            session.add(
                Announcement(
                    destination_id=to.id or 0,
                    platform="slack",
                    conversation=f"incident:{number}",
                    action=Posting.POST,
                    message="{}",
                    created_at=now,
                    due_at=now,
                    **how,
                )
            )
        for name, trouble in (("a", Trouble.SILENT), ("b", None)):
            kind = WatchedKind.GUARD
            session.add(WatchedSource(kind=kind, name=name, since=now, due_at=now, trouble=trouble))
    found = _samples(door)
    assert found['outbox_retried{platform="slack"}'] == 1
    assert found['outbox_given_up{platform="slack"}'] == 1
    assert found['destinations_suspended{platform="slack"}'] == 1
    assert found['sources_silent{kind="guard"}'] == 1


def test_an_extension_that_does_not_run_is_told(door: Door, tmp_path: Path) -> None:
    install_extension(door.world.database, tmp_path, door.world.now)
    for state, value in (("off", 0), ("on", 0), ("quarantined", 1), ("kept", None)):
        with door.world.database.write() as session:
            session.exec(select(Extension)).one().state = state
        assert _samples(door).get('extension_stopped{extension="acmejira"}') == value


def test_all_who_read_within_a_moment_cost_one_reading(database: Database) -> None:
    asked: list[str] = []
    listen = ("before_cursor_execute", lambda *said: asked.append(said[2]))
    with (
        serving(database, seconds=60) as address,
        httpx.Client(base_url=address, timeout=LONG) as http,
    ):
        sqlalchemy.event.listen(sqlalchemy.Engine, *listen)
        answers = {http.get(f"/metrics?x={number}").text for number in range(5)}
        sqlalchemy.event.remove(sqlalchemy.Engine, *listen)
    assert len(answers) == 1
    counting = [sql for sql in asked if "dead_at IS NOT NULL" in sql]
    assert len(counting) == 1
    with database.write() as session:
        go_by_indexes(session)
        is_sqlite = session.get_bind().dialect.name == "sqlite"
        explain = "EXPLAIN QUERY PLAN " if is_sqlite else "EXPLAIN "
        plan = session.connection().exec_driver_sql(explain + counting[0]).all()
    assert "outbox_given_up" in str(plan)
