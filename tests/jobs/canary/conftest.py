"""A stand-in of a Discourse site, and the canary that goes through it in a real browser."""

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from jobs.canary.run import run_canary
from jobs.canary.steps import STEPS, Step
from models.database.engine import Database
from models.rules.kinds import ArtefactKind
from models.settings.canary import Server, read_servers
from models.tables import Artefact, CanaryRun
from tests.servers.discourse import PASSWORD, USER, Forum, forum
from tests.world import World, make_world

PLUGINS = ("tide-tables", "ink-well", "math-notes", "weather-vane", "sun-dial")


@pytest.fixture(scope="session")
def _forum() -> Iterator[Forum]:
    if not shutil.which("chromium"):
        pytest.skip("needs Debian's package chromium")
    with forum() as running:
        yield running


@pytest.fixture
def site(_forum: Forum) -> Forum:
    """The site, as it was at first."""
    _forum.reset()
    return _forum


@pytest.fixture
def world(sqlite_template: Path, tmp_path: Path) -> Iterator[World]:
    """A browser cannot tell the databases apart, so one is enough."""
    path = tmp_path / "canary.sqlite3"
    shutil.copy(sqlite_template, path)
    with closing(Database(f"sqlite:///{path}")) as database:
        yield make_world(database, datetime.now(UTC), *PLUGINS)


def configured(site: Forum, **more: Any) -> str:
    """The setting of one server, with time-outs for the impatient."""
    one = {
        "url": site.url,
        "username": USER,
        "password": PASSWORD,
        "attempts": 1,
        "pause_seconds": 0,
    }
    return json.dumps({"tests-passed": {**one, "step_seconds": 2.5, **more}})


def server_of(site: Forum, **more: Any) -> Server:
    """One server."""
    (server,) = read_servers(configured(site, **more))
    return server


Run = Callable[..., CanaryRun]


@pytest.fixture
def run(world: World, site: Forum) -> Run:
    """Runs the canary, and returns what became of it."""

    def run(steps: Sequence[Step] = STEPS, **more: Any) -> CanaryRun:
        run_canary(world.database, server_of(site, **more), steps)
        return newest_run(world.database)

    return run


def newest_run(database: Database) -> CanaryRun:
    """The run that began last."""
    with database.read() as session:
        found = session.exec(select(CanaryRun).order_by(col(CanaryRun.started_at).desc())).first()
    assert found is not None
    return found


def left_behind(database: Database, run: CanaryRun) -> dict[str, bytes]:
    """The run's artefacts, by kind."""
    with database.read() as session:
        rows = session.exec(select(Artefact).where(Artefact.run_id == run.run_id))
        return {ArtefactKind(row.kind): row.content for row in rows}
