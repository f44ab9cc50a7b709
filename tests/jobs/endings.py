"""A table of the clock with jobs that end in every way."""

import os
import re
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

from jobs.entry import Entry
from models.database.engine import Database
from models.rules.slots import Every
from models.settings import Settings

SECRET = "token=hunter2hunter2hunter2"  # a job's error may quote one


def table(_database: Database, _settings: Settings) -> tuple[Entry, ...]:
    """Jobs that are due at once, and a quick one that nothing may delay."""
    day, long = Every(timedelta(days=1)), timedelta(minutes=1)
    return (
        Entry("quick", Every(timedelta(seconds=0.5)), time.monotonic, long),
        Entry("fails", day, fails, long),
        Entry("hangs", day, hangs, timedelta(seconds=1.5)),
        Entry("holds on", day, holds_on, timedelta(seconds=0.4)),
        Entry("dies", day, dies, long),
        Entry("works", day, works, long),
    )


def fails() -> None:
    """Raise what quotes a secret."""
    raise PermissionError(SECRET)


def hangs() -> None:
    """Wait for ever for a process that it started."""
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    Path(os.environ["FOLDER"], "child").write_text(str(child.pid))
    child.wait()


def holds_on() -> None:
    """Never let go of the interpreter."""
    re.match(r"(a+)+$", "a" * 64 + "b")


def dies() -> None:
    """End without a word."""
    os.kill(os.getpid(), signal.SIGKILL)


def works() -> None:
    """Work for longer than a lease lasts, but not for ever."""
    with Path(os.environ["FOLDER"], "workers").open("a") as begun:
        begun.write(f"{os.getpid()}\n")
    time.sleep(float(os.environ["WORK_SECONDS"]))
    with Path(os.environ["FOLDER"], "worked").open("a") as ended:
        ended.write(f"{os.getpid()}\n")
