"""Runs of a browser canary to record, by the plugins of the small world."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import select

from models.events.canary import ArtefactUpload, CanaryReport, LoadedPlugin
from models.operating import keys
from models.rules.kinds import ArtefactKind, KeyKind
from models.rules.smoke import Result, RunStep
from models.tables import ApiKey
from tests.world import World

SERVER = "stable.example.com"
BLAMES = "[error] Uncaught Error: Could not find module `x` imported from `discourse/plugins/{0}/discourse/y`\n"
PASSED = (RunStep("open the site", Result.PASSED, 900), RunStep("log in", Result.PASSED, 1_200))
FAILED = (*PASSED, RunStep("open /latest", Result.FAILED, 100_000, "Timeout 100000ms exceeded"))


def a_canary(world: World, server: str = SERVER) -> int:
    """The id of a new canary key."""
    with world.database.write() as session:
        text = keys.create(session, KeyKind.CANARY, server, None, world.now)
        session.flush()
        return session.exec(select(ApiKey.id).where(ApiKey.digest == keys.digest(text))).one() or 0


def a_run(
    key_id: int,
    run_id: str,
    started_at: datetime,
    steps: tuple[RunStep, ...] = PASSED,
    *,
    plugins: tuple[str, ...] = ("solved", "voting"),
    server: str = SERVER,
    host: str = "h1",
    sha: str = "p1",
) -> CanaryReport:
    """A finished run of five minutes."""
    loaded = tuple(LoadedPlugin(name, name, "main", sha) for name in plugins)
    return CanaryReport(
        key_id,
        run_id,
        server,
        "tests-passed",
        host,
        started_at,
        started_at + timedelta(minutes=5),
        steps,
        loaded,
    )


def unfinished(run: CanaryReport, steps: int = 1) -> CanaryReport:
    """The same run while it goes on."""
    return replace(run, finished_at=None, steps=run.steps[:steps])


def a_log(run: CanaryReport, text: str) -> ArtefactUpload:
    """The run's console log."""
    return ArtefactUpload(
        run.key_id, run.server, run.run_id, ArtefactKind.CONSOLE_LOG, text.encode()
    )
