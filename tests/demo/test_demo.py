"""The demonstration: what its day leaves behind, and that it starts and stops as a newcomer expects."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import col, select

from demo.cast import MASTER_LIST, WEBHOOK_SECRET, make_cast, plugin_names
from demo.checks import MARKET, SCORES, TIDES
from demo.day import (
    ADAPTED,
    BROKEN_AT_BOOT,
    BROKEN_IN_BROWSERS,
    CLOUD,
    FIRST_MINUTE,
    HEALTHY,
    LAST_MINUTE,
    PARADE,
    PLANNER,
    SCENES,
    TICKETS,
    minute,
)
from demo.failures import SECRETS
from demo.processes import ROOT
from models import outbox, queries
from models.database.engine import Database
from models.metadata.listing import parse_listing
from models.recording.github.master_list import import_listing
from models.rules.status import Verdict
from models.tables import (
    Announcement,
    Incident,
    Outbreak,
    Plugin,
    Posting,
    Report,
    Site,
    StoryEntry,
)
from tests.waiting import LONG
from tests.webhooks.conftest import serving

STOP_SECONDS = 10


@pytest.fixture
def clocks() -> list[int]:
    """The minutes at which the day's steps happen, once it is played."""
    return []


@pytest.fixture
def played(database: Database, clocks: list[int]) -> Database:
    """The database after the whole day at full speed, with everything sent after each step."""
    listing = parse_listing(MASTER_LIST.read_text(encoding="utf-8"))
    assert not listing.problems
    with database.write() as session:
        result = import_listing(session, listing.entries, datetime.now(UTC))
    assert (len(result.added), result.refused) == (30, [])
    with serving(database, [WEBHOOK_SECRET.encode()]) as address:
        cast = make_cast(database, address.removeprefix("http://"))
        for scene in SCENES:
            for step in scene.play(cast):
                clocks.append(minute(step.clock))
                send_all(database)
    return database


def send_all(database: Database) -> None:
    now = datetime.now(UTC)
    with database.write() as session:
        while claims := outbox.claim(session, ["local"], now):
            outbox.mark_sent(
                session, [(claimed, f"message-{claimed.id}") for claimed in claims], now
            )


def ends_as_it_should(played: Database) -> None:
    with played.read() as session:
        incidents = session.exec(
            select(Incident, Plugin.handle).join(Plugin).order_by(col(Incident.id))
        ).all()
        found = {(handle, row.host_branch): row for row, handle in incidents}
        outbreak = session.exec(select(Outbreak)).one()
        sites = session.exec(select(Site.kind)).all()
        healthy = queries.find_plugin(session, HEALTHY)
        assert healthy
        matrix = queries.status_matrix(session, healthy, datetime.now(UTC))
    assert len(found) == len(incidents)
    assert {key for key, row in found.items() if row.resolved_at is None} == {
        (PARADE, "tests-passed"),
        (PARADE, "stable"),
    }
    assert found[PARADE, "tests-passed"].times == 2
    assert found[PLANNER, "tests-passed"].suspect == "plugin"
    assert (found[TICKETS, "stable"].origin, found[CLOUD, "tests-passed"].origin) == (
        "field",
        "guard",
    )
    members = {handle for (handle, _), row in found.items() if row.outbreak_id == outbreak.id}
    assert members == {*BROKEN_AT_BOOT, *BROKEN_IN_BROWSERS} > {*ADAPTED}
    assert outbreak.resolved_at is not None
    assert (sites.count("canary"), sites.count("client")) == (2, 12)
    assert {status.verdict for status in matrix.statuses} == {Verdict.COMPATIBLE}


def the_room_is_told_of_all_of_it(played: Database) -> None:
    with played.read() as session:
        rows = session.exec(select(Announcement).order_by(col(Announcement.id))).all()
    told = [(row.action, json.loads(row.message)["title"]) for row in rows]
    cards = [title for action, title in told if action == Posting.POST]
    assert cards == [
        f"{PLANNER} (main) does not load on tests-passed",
        f"{CLOUD} (main) does not load on tests-passed",
        f"{TIDES} (main) fails the browser smoke test on tests-passed",
        "4 plugins broke on tests-passed after one host change",
        f"{PARADE} (main) does not load on tests-passed",
        f"{PARADE}: issue #41 No badge, no parade: undefined method 'image_url' for nil",
        f"{SCORES} (main) fails its tests on tests-passed",
        f"{ADAPTED[0]}: release v2.1.0",
        f"Client sites report: {TICKETS} (main) does not load on stable",
        "The browser smoke test fails on canary-stable",
        f"{MARKET}: the repository was archived",
    ]
    assert (Posting.EDIT, "7 plugins broke on tests-passed after one host change") in told
    assert (Posting.REPLY, "Outbreak over: all 7 plugins work again on tests-passed") in told
    assert (
        Posting.REPLY,
        f"Again (2nd time): {PARADE} (main) does not load on tests-passed",
    ) in told
    assert [row for row in rows if row.sent_at is None or row.error] == []


def nothing_secret_is_kept_or_told(played: Database) -> None:
    with played.read() as session:
        kept = repr(
            [
                session.exec(select(table)).all()
                for table in (Announcement, Incident, Report, StoryEntry)
            ]
        )
    assert "[redacted" in kept
    assert [secret for secret in SECRETS if secret in kept] == []


def test_what_the_day_leaves(played: Database, clocks: list[int]) -> None:
    """Played once for all that is looked at, for it is a long day."""
    ends_as_it_should(played)
    the_room_is_told_of_all_of_it(played)
    nothing_secret_is_kept_or_told(played)
    assert clocks == sorted(clocks)
    assert (clocks[0], clocks[-1]) == (FIRST_MINUTE, LAST_MINUTE)


def test_thirty_plugins_take_part() -> None:
    names = plugin_names()
    assert len(names) == len(set(names)) == 30
    assert {PLANNER, CLOUD, PARADE, TICKETS, HEALTHY, *BROKEN_AT_BOOT, *BROKEN_IN_BROWSERS} <= set(
        names
    )


def test_it_serves_and_a_signal_ends_it_without_a_trace(tmp_path: Path) -> None:
    with demonstration(tmp_path) as (process, addresses):
        for address in (f"{addresses['room']}/", f"{addresses['web']}/readyz"):
            with urllib.request.urlopen(address, timeout=LONG) as answer:
                assert answer.status == 200
        stopping = time.monotonic()
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=STOP_SECONDS)
    assert (process.returncode, time.monotonic() - stopping < STOP_SECONDS) == (0, True)
    assert "Stopped; the throwaway database is gone." in said
    assert list(tmp_path.iterdir()) == []


def test_a_port_that_is_taken_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        environment = {**os.environ, "PORT": str(port)}
        done = subprocess.run(
            [sys.executable, "-m", "demo"],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert f"PORT={port} cannot be used" in done.stderr
    assert "Traceback" not in done.stderr


@contextmanager
def demonstration(folder: Path) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """The demonstration as a process of its own, once it serves; what it writes to goes into the folder."""
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "demo"],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process, _links(process)
    finally:
        process.terminate()
        process.communicate(timeout=STOP_SECONDS)


def _links(process: subprocess.Popen[str]) -> dict[str, str]:
    assert process.stdout
    addresses: dict[str, str] = {}
    for line in process.stdout:
        words = line.split()
        for name, word in (("room", "Chat"), ("web", "Status")):
            if words[:1] == [word]:
                addresses[name] = "http://" + line.partition("http://")[2].split("/")[0]
        if len(addresses) == 2:
            break
    assert len(addresses) == 2, "it ended before it served"
    return addresses
