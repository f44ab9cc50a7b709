"""Processes below others, and what those that were killed have left behind."""

import ctypes
import os
import time
from contextlib import suppress
from pathlib import Path

_SECONDS_TO_END = 30
# From linux/prctl.h.
_SET_CHILD_SUBREAPER = 36


def adopt_orphans() -> None:
    """Let what loses its parent below this process become its child, so that none that is left can be missed."""
    ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def children(process: int) -> list[int]:
    """What this process, or its threads, have started."""
    found: list[int] = []
    for file in Path(f"/proc/{process}/task").glob("*/children"):
        with suppress(OSError):
            found += map(int, file.read_text().split())
    return found


def jails(process: int) -> list[int]:
    """The bubblewraps below this process."""
    found: list[int] = []
    for child in children(process):
        found += [child] if _name_and_state(child)[0] == "bwrap" else jails(child)
    return found


def left(others: set[int]) -> list[str]:
    """The children of this process but for these others, and their state, once they had time to end."""
    deadline = time.monotonic() + _SECONDS_TO_END
    while True:
        own = [each for each in children(os.getpid()) if each not in others]
        found = [f"{name} {state}" for name, state in map(_name_and_state, own) if state != "Z"]
        if not found or time.monotonic() > deadline:
            return found
        time.sleep(0.1)


def _name_and_state(process: int) -> tuple[str, str]:
    with suppress(OSError):
        name, _, rest = Path(f"/proc/{process}/stat").read_text().rpartition(")")
        return name.partition("(")[2], rest.split()[0]
    return "", "Z"
