"""Forks this process while that is safe, for work that is to have an interpreter of its own, and starts it by itself
later.
"""

import gc
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, NoReturn

import structlog

_PROJECT = Path(__file__).parent.parent.parent

_log = structlog.get_logger()

# Our ends of the connections. A later child would inherit them, and the earlier one wait for that as well as for us.
_our_ends: list[socket.socket] = []


class ChildProcess(NamedTuple):
    """One that was started: the connection to it, and what waits for its end and tells its exit code."""

    connection: socket.socket
    wait: Callable[[], int]


def fork_child(work: Callable[[socket.socket], NoReturn]) -> ChildProcess:
    """Fork a process that does this with its end of the connection; it shares most of our memory.

    To be called before there are threads, or connections to the database.
    """
    gc.collect()
    gc.freeze()  # what is collected is written on, and what is written on is shared no more
    ours, theirs = socket.socketpair()
    _our_ends.append(ours)
    pid = os.fork()
    if not pid:
        for end in _our_ends:
            end.close()
        try:
            work(theirs)
        except Exception:  # noqa: BLE001 - nobody else tells of it
            _log.exception("child_failed")
        finally:
            os._exit(1)  # it was to end by itself; what stands above is the web process's own way
    theirs.close()
    return ChildProcess(ours, lambda: os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


def start_program(module: str, *more: str) -> ChildProcess:
    """Start `python -m module DESCRIPTOR more`, told its end of the connection: what has threads cannot be forked.

    Raises:
        OSError: the machine has no room for it.
    """
    ours, theirs = socket.socketpair()
    with theirs:
        command = [sys.executable, "-m", module, str(theirs.fileno()), *more]
        process = subprocess.Popen(command, cwd=_PROJECT, pass_fds=[theirs.fileno()])  # noqa: S603 - our own program
    return ChildProcess(ours, process.wait)
