"""What a benchmark starts ends with it."""

import signal
import subprocess
import sys
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from bench.slots import descendants
from tests.waiting import LONG
from tests.webhooks.started import lives, soon


@pytest.mark.parametrize(
    ("measure", "program"),
    [("starting", b"supervisor.watching"), ("room", b"webhooks.workers.process")],
)
def test_whoever_ends_a_benchmark_ends_what_it_started(measure: str, program: bytes) -> None:
    bench = subprocess.Popen([sys.executable, "-m", "bench", measure, "sqlite"])
    try:
        soon(lambda: any(map(partial(_runs, program), descendants(bench.pid))))
        started = descendants(bench.pid)
        bench.terminate()
        assert bench.wait(LONG) == 128 + signal.SIGTERM
        soon(lambda: not any(map(lives, started)))
    finally:
        bench.kill()


def _runs(program: bytes, pid: int) -> bool:
    """Whether it is `python -m PROGRAM`."""
    with suppress(OSError):  # it has ended
        return program in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    return False
