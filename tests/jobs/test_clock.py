"""The jobs process: limits that hold, deaths that are survived, and a command to run one job."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from bench.slots import descendants
from bench.stuck.surroundings import SetClock
from models import queries
from models.database.engine import Database
from models.operating import slots
from models.rules.privacy import EVERYTHING
from models.rules.slots import Ended
from models.tables import JobRun
from models.views.jobs import JobView
from tests.jobs.clockwork import LEASE
from tests.jobs.endings import SECRET
from tests.waiting import LONG

# What is about processes alone; how slots are claimed, both databases show elsewhere.
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Clock:
    """Jobs processes on one database, and what stands there of their jobs."""

    def __init__(self, url: str, folder: Path, work_seconds: float, **more: str) -> None:
        self.folder = folder
        self.log = folder / "log"
        self._url = url
        environment = {
            "DATABASE_URL": url,
            "FOLDER": str(folder),
            "WORK_SECONDS": str(work_seconds),
        }
        self._environment = {**os.environ, **environment, **more}
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self) -> subprocess.Popen[bytes]:
        """Start one more process."""
        with self.log.open("ab") as log:
            started = subprocess.Popen(
                [sys.executable, "-m", "tests.jobs.clockwork"], env=self._environment, stderr=log
            )
        self.processes.append(started)
        return started

    def job(self, name: str) -> JobView:
        """How the job stands now."""
        with closing(Database(self._url)) as database, database.read() as session:
            found = queries.jobs(session, datetime.now(UTC), allowed=EVERYTHING)
            return next(job for job in found if job.name == name)

    def ended(self, name: str) -> Ended:
        """How the job's first run ends."""
        self.wait(lambda: self.job(name).last)
        last = self.job(name).last
        assert last
        return last.outcome

    def lines(self, name: str) -> list[int]:
        """The processes that left a line in this file."""
        file = self.folder / name
        return [int(line) for line in file.read_text().split()] if file.exists() else []

    def wait(self, condition: Callable[[], object], seconds: float = LONG) -> None:
        """Wait until it holds."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                if condition():
                    return
            except StopIteration:
                pass  # the table is not put up yet
            time.sleep(0.05)
        raise AssertionError(self.log.read_text())


@contextmanager
def ticking(url: str, folder: Path, work_seconds: float = 0, **more: str) -> Iterator[Clock]:
    clock = Clock(url, folder, work_seconds, **more)
    try:
        yield clock
    finally:
        for process in clock.processes:
            if process.poll() is None:
                signal_all(process, signal.SIGCONT)
                process.terminate()
        for process in clock.processes:
            process.wait(LONG)


def signal_all(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    for pid in [process.pid, *descendants(process.pid)]:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def lives(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def test_every_end_is_noted_and_none_is_in_the_way_of_another(
    database_url: str, tmp_path: Path
) -> None:
    with ticking(database_url, tmp_path) as clock:
        clock.start()
        assert clock.ended("hangs") is clock.ended("holds on") is Ended.TIMED_OUT
        assert clock.ended("works") is Ended.DONE
        assert (clock.ended("fails"), clock.job("fails").last.error) == (
            Ended.FAILED,
            "PermissionError",
        )
        assert (clock.ended("dies"), clock.job("dies").last.error) == (
            Ended.FAILED,
            "WorkerGoneError",
        )
        assert clock.ended("quick") is Ended.DONE
        (child,) = clock.lines("child")
        clock.wait(lambda: not lives(child))
        hung = clock.job("hangs").last
        quick = clock.job("quick").last
        assert hung is not None
        assert quick is not None
        assert timedelta(seconds=1.5) <= hung.took < timedelta(seconds=30)
        clock.wait(lambda: clock.job("quick").last != quick)
    logged = clock.log.read_text()
    assert "PermissionError" in logged
    assert SECRET not in logged


@SQLITE
def test_a_killed_process_takes_its_jobs_with_it_and_another_takes_over(
    database_url: str, tmp_path: Path
) -> None:
    with ticking(database_url, tmp_path, work_seconds=2.5 * LEASE.total_seconds()) as clock:
        first = clock.start()
        clock.wait(lambda: clock.lines("workers"))
        (worker,) = clock.lines("workers")
        clock.start()
        first.kill()
        clock.wait(lambda: not lives(worker))  # else two would have worked
        assert clock.ended("works") is Ended.DONE
    assert len(clock.lines("workers")) == 2
    assert len(clock.lines("worked")) == 1


@SQLITE
def test_what_was_stopped_past_its_lease_does_nothing_when_it_goes_on(
    database_url: str, tmp_path: Path
) -> None:
    with ticking(database_url, tmp_path, work_seconds=2.5 * LEASE.total_seconds()) as clock:
        first = clock.start()
        clock.wait(lambda: clock.lines("workers"))
        time.sleep(1.5 * LEASE.total_seconds())  # the lease is renewed meanwhile
        with (
            closing(Database(database_url)) as database,
            database.write(),
        ):  # so that it holds no lock of SQLite's
            signal_all(first, signal.SIGSTOP)
        clock.start()
        clock.wait(lambda: len(clock.lines("workers")) == 2)
        signal_all(first, signal.SIGCONT)
        assert clock.ended("works") is Ended.DONE
        time.sleep(1.5)
        one, other = clock.lines("workers")
        assert not lives(one)
        assert clock.lines("worked") == [other]


@SQLITE
def test_a_process_that_ends_well_hands_its_jobs_over(database_url: str, tmp_path: Path) -> None:
    with ticking(database_url, tmp_path, work_seconds=2 * LONG) as clock:
        first = clock.start()
        clock.wait(lambda: clock.lines("workers"))
        first.terminate()
        assert first.wait(LONG) == 0  # well before its jobs would end by themselves
        assert not any(map(lives, clock.lines("workers")))
        assert clock.job("works").running_since is None
        assert clock.job("works").last is None


@SQLITE
def test_a_process_that_can_start_no_job_any_more_ends(database_url: str, tmp_path: Path) -> None:
    with ticking(database_url, tmp_path) as clock:
        first = clock.start()
        assert clock.ended("quick") is Ended.DONE
        for pid in descendants(first.pid):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        assert first.wait(LONG) == 1  # a supervisor starts what ended like this again
    assert "fork_server_gone" in clock.log.read_text()


@SQLITE
@pytest.mark.skipif(
    shutil.which("cc") is None, reason="the library that sets a process's clock is built by cc"
)
def test_a_clock_that_is_set_stops_no_job(database_url: str, tmp_path: Path) -> None:
    hour, ten_years = 3_600, 10 * 365 * 86_400
    time_of_day = SetClock(tmp_path)
    with ticking(
        database_url, tmp_path, **{name: str(it) for name, it in time_of_day.environment.items()}
    ) as clock:
        clock.start()
        assert clock.ended("quick") is Ended.DONE
        for ahead in (-hour, ten_years, -2 * hour):
            time_of_day.set(ahead)
            clock.wait(lambda ahead=ahead: _ran_at(database_url, ahead))


def _ran_at(url: str, ahead: int) -> bool:
    """Whether the quick job ran while the clock was so many seconds ahead."""
    with closing(Database(url)) as database, database.read() as session:
        runs = session.exec(select(JobRun).where(JobRun.job == "quick")).all()
    expected = datetime.now(UTC) + timedelta(seconds=ahead)
    return any(
        run.outcome == Ended.DONE and abs(run.started_at - expected) < timedelta(minutes=20)
        for run in runs
    )


@pytest.fixture
def environment(database_url: str) -> dict[str, str]:
    return {**os.environ, "DATABASE_URL": database_url}


def run(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "jobs", "run", *words]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, timeout=LONG
    )


@SQLITE
def test_one_job_is_run_now(environment: dict[str, str], database_url: str) -> None:
    done = run(environment, "mutes")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("mutes: done, after ")
    now = datetime.now(UTC)
    with closing(Database(database_url)) as database:
        with database.write() as session:
            assert slots.claim(
                session, "mutes", now, now, until=now + slots.LEASE_TIME, next_at=now
            )
        refused = run(environment, "mutes")
        assert (refused.returncode, refused.stdout) == (1, "")
        assert refused.stderr.startswith("mutes runs already")
    unknown = run(environment, "mute")
    assert unknown.returncode == 1
    assert unknown.stderr.startswith("There is no job 'mute'; the jobs are: ")
    assert ", mutes, " in unknown.stderr
