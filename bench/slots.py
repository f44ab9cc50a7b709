"""Jobs processes killed with -9, and stopped and resumed with all that they started: each slot is run once.

`python -m bench.slots [sqlite|postgresql] [SLOTS]`
"""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.stage import Backend, Stage, number_and_databases, stages
from bench.turns import TRACES, InTurn, TurnRate
from models.database import bulk
from models.database.engine import Database

PACE = TurnRate(jobs=20, every=timedelta(seconds=4), lease=timedelta(seconds=3))


@dataclass
class SlotFindings:
    """What became of the slots that were due.

    One that was run later than the next one was due is `made_up` for by that. What was `killed`
    after its work, before this was noted, may be run `twice`.
    """

    due: int
    once: int = 0
    twice: int = 0
    made_up: int = 0
    lost: int = 0
    killed: int = 0


class Process:
    """A jobs process with its workers."""

    def __init__(self, stage: Stage, pace: TurnRate) -> None:
        self._environment = {**os.environ, **pace.environment(), "DATABASE_URL": stage.url}
        self.start()

    def start(self) -> None:
        """Start it; return when it ticks."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.clockwork"], env=self._environment, stdout=subprocess.PIPE
        )
        assert self._process.stdout
        self._process.stdout.readline()

    def kill(self) -> None:
        """Kill it with -9; its workers are left to themselves."""
        self._process.kill()
        self._process.communicate()

    def send(self, number: signal.Signals) -> None:
        """Send a signal to it and all that it started."""
        for pid in [self._process.pid, *descendants(self._process.pid)]:
            with suppress(
                ProcessLookupError
            ):  # workers that were stopped past their leases end as soon as they go on
                os.kill(pid, number)

    def end(self) -> None:
        """End it well."""
        self._process.terminate()
        self._process.communicate(timeout=20)


def descendants(pid: int) -> list[int]:
    """The processes that a process started, and those that they did."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):  # it has ended meanwhile
            for child in map(int, task.read_text().split()):
                found.append(child)
                found += descendants(child)
    return found


@contextmanager
def processes(stage: Stage, pace: TurnRate, count: int) -> Iterator[list[Process]]:
    """So many jobs processes on a stage."""
    with closing(Database(stage.url)) as database, database.write() as session:
        bulk.run(session, TRACES)
    started = [Process(stage, pace) for _ in range(count)]
    try:
        yield started
    finally:
        for process in started:
            process.end()


def slots(backend: Backend, pace: TurnRate, count: int, wanted: int) -> SlotFindings:
    """Run so many slots on so many processes, of which one is killed and one is stopped and resumed on the way."""
    stage = backend.fresh()
    seconds = wanted / pace.jobs * pace.every.total_seconds()
    with processes(stage, pace, count) as running:
        start = datetime.now(UTC) + pace.lease
        end = start + timedelta(seconds=seconds)
        _sleep_until(start + 0.2 * (end - start))
        running[0].kill()
        time.sleep(2 * pace.lease.total_seconds())
        running[0].start()
        _sleep_until(start + 0.5 * (end - start))
        with (
            closing(Database(stage.url)) as database,
            database.write(),
        ):  # so that it holds no lock of SQLite's
            running[1].send(signal.SIGSTOP)
        time.sleep(2 * pace.lease.total_seconds())
        running[1].send(signal.SIGCONT)
        _sleep_until(end + 2 * pace.lease)
    return _found(stage, pace, start, end)


def _sleep_until(moment: datetime) -> None:
    time.sleep(max(0.0, (moment - datetime.now(UTC)).total_seconds()))


def _found(stage: Stage, pace: TurnRate, start: datetime, end: datetime) -> SlotFindings:
    with closing(Database(stage.url)) as database, database.read() as session:
        traces = Counter(
            (job, _utc(slot)) for job, slot in bulk.run(session, "SELECT job, slot FROM trace")
        )
        begun = {(job, _utc(slot)): attempts for job, slot, attempts in bulk.run(session, _RUNS)}
    newest = {job: max(slot for name, slot in traces if name == job) for job in pace.rhythms}
    due = []
    for name, rhythm in pace.rhythms.items():
        due += [(name, slot) for slot in _between(rhythm, start, end)]
    found = SlotFindings(len(due))
    for name, slot in due:
        times = traces[name, slot]
        found.once += times == 1
        found.twice += times > 1
        found.made_up += times == 0 and slot < newest[name]
        found.lost += times == 0 and slot >= newest[name]
        found.killed += begun.get((name, slot), 1) > 1
    return found


def _between(rhythm: InTurn, start: datetime, end: datetime) -> Iterator[datetime]:
    slot = rhythm.following(start)
    while slot < end:
        yield slot
        slot = rhythm.following(slot)


def _utc(moment: datetime | str) -> datetime:
    """SQLite's driver hands out the text that is stored."""
    return datetime.fromisoformat(moment).replace(tzinfo=UTC) if isinstance(moment, str) else moment


_RUNS = "SELECT job, slot, attempts FROM job_run"


def _table(name: str, count: int, found: SlotFindings) -> Table:
    title = f"{count} jobs processes on {name}: one killed with -9, one stopped and resumed past its leases"
    table = Table(title=title, title_justify="left", show_header=False)
    for words, figure in (
        ("slots due", found.due),
        ("run once", found.once),
        ("run twice: killed between the work and its noting", found.twice),
        ("made up for by the job's next slot, because nobody could run it in time", found.made_up),
        ("lost", found.lost),
        ("taken over from a process that was killed or stopped", found.killed),
    ):
        table.add_row(words, f"{figure:,}")
    return table


def main(words: list[str]) -> None:
    """Run, kill, stop, count, and print."""
    wanted, names = number_and_databases(words, 1_000)
    console = Console(width=120)
    with stages() as backends:
        for backend in backends:
            for count in (2, 3):
                if backend.name in names:
                    console.print(
                        _table(backend.name, count, slots(backend, PACE, count, wanted)), ""
                    )


if __name__ == "__main__":
    main(sys.argv[1:])
