"""How long `make run` takes to the first answers, and what memory all processes have at rest."""

import os
import shutil
import signal
import statistics
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from rich.table import Table

from bench.stage import Backend, free_port
from bench.strangers.costs import pss_of_tree

ROOT = Path(__file__).parent.parent
TIMES = 5
_REST_SECONDS = 10.0
_LONGEST = 60.0


def measure(backend: Backend) -> Table:
    """A table of the medians of some starts on a database that stands already."""
    table = Table(title=f"make run on {backend.name}", title_justify="left")
    for heading in ("web answers after", "chat room after", "memory at rest"):
        table.add_column(heading, justify="right")
    url = backend.fresh().url
    found = [_started(url) for _ in range(TIMES)]
    web, room, memory = (statistics.median(each) for each in zip(*found, strict=True))
    table.add_row(f"{web:.1f} s", f"{room:.1f} s", f"{memory:.0f} MB")
    return table


def _started(url: str) -> tuple[float, float, float]:
    """Seconds until the web process is ready and until the room answers, and MB of all processes a while later."""
    ports = {"PORT": str(free_port()), "LOCAL_CHAT_PORT": str(free_port())}
    began = time.monotonic()
    with _running({"DATABASE_URL": url, "LINK_SIGNING_KEY": "k" * 32, **ports}) as pid:
        addresses = (
            f"http://127.0.0.1:{ports['PORT']}/readyz",
            f"http://127.0.0.1:{ports['LOCAL_CHAT_PORT']}/",
        )
        with ThreadPoolExecutor() as waiting:
            web, room = waiting.map(_wait_for, addresses)
        time.sleep(_REST_SECONDS)
        own, others = pss_of_tree(pid)
    return web - began, room - began, (own + others) / 1_000_000


@contextmanager
def _running(settings: dict[str, str]) -> Iterator[int]:
    """`make run` with these settings, ended as by Ctrl-C."""
    make = shutil.which("make") or "make"
    process = subprocess.Popen(
        [make, "--silent", "run"],
        cwd=ROOT,
        env={**os.environ, "LOG_LEVEL": "ERROR", **settings},
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process.pid
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(20)


def _wait_for(address: str) -> float:
    """When it answered first."""
    end = time.monotonic() + _LONGEST
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(address, timeout=2).close()
        except OSError:
            time.sleep(0.02)
        else:
            return time.monotonic()
    raise TimeoutError(f"{address} does not answer")
