"""`python -m models heartbeats` and `python -m models sources`, within this process."""

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from click.testing import Result
from typer.testing import CliRunner

from models.__main__ import app
from models.database.engine import Database
from models.tables import WatchedSource

Run = Callable[[str], Result]


@pytest.fixture
def run(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("PUBLIC_URL", "https://watch.example.com")
    return lambda words: CliRunner().invoke(app, words.split())


def test_heartbeats_are_made_listed_and_deleted(run: Run) -> None:
    assert "There are no heartbeats yet" in run("heartbeats list").stdout
    made = run("heartbeats create --name backup --every 12h")
    assert re.fullmatch(r"https://watch\.example\.com/heartbeats/[0-9a-f-]{36}\n", made.stdout)
    assert "curl" in made.stderr
    assert re.search(r"backup +12h +1h +never", run("heartbeats list").stdout)
    assert "write 90m, 12h, 1d or 2w" in run("heartbeats create --name b --every soon").stderr
    assert "there is a heartbeat backup already" in run("heartbeats create --name backup").stderr
    assert run("heartbeats delete backup").stdout == "The heartbeat backup is deleted.\n"
    assert run("heartbeats delete backup").exit_code == 1


def test_sources_are_listed_expected_and_forgotten(
    run: Run, database: Database, now: datetime
) -> None:
    assert "No source is known yet" in run("sources list").stdout
    with database.write() as session:
        for kind, name in (
            ("guard", "a.example.com"),
            ("canary", "a.example.com"),
            ("cron", "backup"),
        ):
            session.add(WatchedSource(kind=kind, name=name, since=now, due_at=now))
    assert (
        "could mean canary:a.example.com or guard:a.example.com"
        in run("sources expect a.example.com").stderr
    )
    done = run("sources expect guard:a.example.com --every 1w --grace 1d")
    assert (
        done.stdout
        == "a.example.com is expected to report at least every 1w, 1d late at the most.\n"
    )
    assert "8d" in run("sources list").stdout
    assert "by its own rhythm" in run("sources expect guard:a.example.com").stdout
    assert "has its own times" in run("sources expect backup --every 1d").stderr
    assert "is not waited for" in run("sources forget canary:a.example.com").stdout
    assert "no source is called beta" in run("sources forget beta").stderr
