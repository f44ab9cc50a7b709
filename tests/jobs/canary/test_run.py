"""The canary in a real browser, against a stand-in of a Discourse site: healthy, broken in many ways, and hanging."""

import io
import os
import signal
import tempfile
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from PIL import Image
from sqlmodel import select

from jobs.canary.browser import clear_up
from jobs.canary.steps import STEPS, Step
from models.rules.kinds import ArtefactKind
from models.rules.smoke import Conclusion, Result
from models.rules.sources import JudgingSource
from models.tables import CanaryOrder, SourceVerdict, WatchedIncident
from tests.jobs.canary.conftest import Run, left_behind
from tests.servers.discourse import PASSWORD, SHA, Forum
from tests.world import GOOD, World

LOGGED_IN = STEPS[:6]
TOPIC, COMPOSER, ADMIN = STEPS[10:12], STEPS[14:22], STEPS[33:]


@pytest.fixture(autouse=True)
def _room(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """For the browsers of this test alone; others run beside it. Who they run as passes through."""
    with tempfile.TemporaryDirectory(prefix="canary-") as room:
        Path(room).chmod(0o711)
        monkeypatch.setattr(tempfile, "tempdir", room)
        yield


def browsers() -> list[int]:
    """The processes of browsers that the canary started."""
    found, room = [], os.fsencode(tempfile.gettempdir())
    for arguments in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # processes come and go meanwhile
            if room in (said := arguments.read_bytes()) and b"chrom" in said:
                found.append(int(arguments.parent.name))
    return found


def folders() -> list[Path]:
    return list(Path(tempfile.gettempdir()).glob("pluginwatch-canary-*"))


def test_a_healthy_site_passes_every_step(run: Run, world: World, site: Forum) -> None:
    site.reset(basic_auth="harbour:master-key")
    ended = run(basic_auth="harbour:master-key", step_seconds=20)
    assert [(step["name"], step["result"], step["message"]) for step in ended.steps] == [
        (step.name, Result.PASSED, None) for step in STEPS
    ]
    assert (ended.conclusion, ended.key_id, ended.host_branch, ended.host_sha) == (
        "passed",
        None,
        "tests-passed",
        SHA,
    )
    assert {plugin["handle"] for plugin in ended.plugins} == {
        "tide-tables",
        "ink-well",
        "math-notes",
        "weather-vane",
        "sun-dial",
    }
    with world.database.read() as session:
        verdicts = session.exec(
            select(SourceVerdict).where(SourceVerdict.source == JudgingSource.CANARY)
        ).all()
        assert {(row.plugin_branch, row.verdict) for row in verdicts} == {("main", GOOD)}
        assert len(verdicts) == 5
    left = left_behind(world.database, ended)
    assert set(left) == {ArtefactKind.CONSOLE_LOG}
    log = left[ArtefactKind.CONSOLE_LOG].decode()
    assert "[step] open /admin/plugins" in log
    assert "signing in as canary with [redacted secret]" in log
    for secret in (PASSWORD, "master-key"):
        assert secret not in log + str(ended.model_dump())
    assert (browsers(), folders()) == ([], [])


@pytest.mark.parametrize(
    ("trouble", "then", "step", "blamed", "words"),
    [
        ("boot", (), "log-in button is visible", ["tide-tables"], "did not show within 2.5 s"),
        (
            "no log-in dialog",
            (),
            "log-in dialog is open",
            [],
            "“.login-modal, .login-fullpage” did not show",
        ),
        ("composer", COMPOSER, "editor is focused", ["ink-well"], "was focused within 2.5 s"),
        ("preview", COMPOSER, "preview updates", ["math-notes"], "did not show “This topic shows"),
        (
            "request",
            TOPIC,
            "open the first topic, at least one post",
            ["weather-vane"],
            "GET /weather-vane/forecast.json was answered with 500",
        ),
        (
            "asset",
            (),
            "open the site",
            ["sun-dial"],
            "/assets/plugins/sun-dial-0a1b2c3d4e5f6789.js was answered with 404",
        ),
        ("shared bundle", ADMIN, "dashboard appears", [], "did not show within 2.5 s"),
    ],
)
def test_a_broken_site(
    run: Run,
    world: World,
    site: Forum,
    trouble: str,
    then: tuple[Step, ...],
    step: str,
    blamed: list[str],
    words: str,
) -> None:
    site.reset(trouble)
    ended = run((*LOGGED_IN, *then))
    last = ended.steps[-1]
    assert (ended.conclusion, last["result"]) == (Conclusion.FAILED, Result.FAILED)
    assert last["name"] in step
    assert words in last["message"]
    assert ended.blamed == blamed
    with world.database.read() as session:
        incident = session.exec(select(WatchedIncident)).first()
    assert (incident is None) == bool(blamed)
    with Image.open(
        io.BytesIO(left_behind(world.database, ended)[ArtefactKind.SCREENSHOT])
    ) as picture:
        assert (picture.format, picture.width) == ("PNG", 1366)


def test_a_site_that_hangs(run: Run, site: Forum) -> None:
    site.reset("hangs")
    began = time.monotonic()
    ended = run(step_seconds=1.5, run_seconds=1)
    assert time.monotonic() - began < 20
    assert (ended.conclusion, ended.host_sha, ended.plugins) == (Conclusion.FAILED, "unknown", [])
    assert "the whole attempt took longer than 1 s" in ended.steps[-1]["message"]
    site.over.set()


def test_a_second_attempt_passes_and_the_first_is_told(run: Run, world: World, site: Forum) -> None:
    site.reset(flaws=1)
    ended = run(STEPS[:2], attempts=3)
    assert (ended.conclusion, len(ended.steps)) == (Conclusion.PASSED, 2)
    ((number, step, message),) = [tuple(attempt.values()) for attempt in ended.earlier]
    assert (number, step) in {(1, first.name) for first in STEPS[:2]}
    assert message.startswith("GET /latest.json was answered with 502")
    assert set(left_behind(world.database, ended)) == {
        ArtefactKind.CONSOLE_LOG,
        ArtefactKind.SCREENSHOT,
    }


def test_whoever_kills_the_browser_blames_nobody(run: Run, world: World, site: Forum) -> None:
    stop = threading.Event()

    def kill() -> None:
        while not stop.wait(0.05):
            for process in browsers() if "GET /categories" in site.asked else ():
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        ended = run(STEPS[:12])
    finally:
        stop.set()
        thread.join()
    assert (ended.conclusion, ended.blamed) == (Conclusion.NOTHING, [])
    assert "browser" in ended.steps[-1]["message"]
    with world.database.read() as session:
        assert session.exec(select(WatchedIncident)).first() is None
    assert (browsers(), folders()) == ([], [])


def test_a_trace_shows_no_secret(run: Run, world: World) -> None:
    with world.database.write() as session:
        session.add(
            CanaryOrder(
                server="tests-passed",
                traced=True,
                asked_at=world.now,
                asked_by="Ada",
                destination_id=1,
            )
        )
    left = left_behind(world.database, run(STEPS[:6]))
    with zipfile.ZipFile(io.BytesIO(left[ArtefactKind.TRACE])) as trace:
        everything = b"\n".join(trace.read(name) for name in trace.namelist())
    assert b"login-account-name" in everything
    for spelling in (
        PASSWORD,
        PASSWORD.replace("&", "&amp;"),
        PASSWORD.replace(" ", "+"),
        "_t=session",
    ):
        assert spelling.encode() not in everything


def test_what_a_killed_process_left_is_cleared_up() -> None:
    dead = Path(tempfile.mkdtemp(prefix="pluginwatch-canary-"))
    (dead / "lock").touch()
    clear_up()
    assert dead.exists()  # it may be about to begin
    os.utime(dead, (time.time() - 60, time.time() - 60))
    clear_up()
    assert not dead.exists()
