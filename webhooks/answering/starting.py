"""Starts the process that answers readers: forked while that is safe, and by itself later."""

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


class AnsweringProcess(NamedTuple):
    """One that was started: what it is asked over, and what waits for its end and tells its exit code."""

    connection: socket.socket
    wait: Callable[[], int]


def fork_answering(answer: Callable[[socket.socket], NoReturn]) -> AnsweringProcess:
    """Fork a process that answers what comes over the connection that `answer` gets; it shares most of our memory.

    To be called before there are threads, or connections to the database.
    """
    gc.collect()
    gc.freeze()  # what is collected is written on, and what is written on is shared no more
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if not pid:
        ours.close()
        try:
            answer(theirs)
        except Exception:  # noqa: BLE001 - nobody else tells of it
            _log.exception("answering_failed")
        finally:
            os._exit(1)  # it was to end by itself; what stands above is the web process's own way
    theirs.close()
    return AnsweringProcess(ours, lambda: os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


def start_answering() -> AnsweringProcess:
    """Start it anew: what has threads cannot be forked safely."""
    ours, theirs = socket.socketpair()
    with theirs:
        command = [sys.executable, "-m", "webhooks.answering", str(theirs.fileno())]
        process = subprocess.Popen(command, cwd=_PROJECT, pass_fds=[theirs.fileno()])  # noqa: S603 - our own program
    return AnsweringProcess(ours, process.wait)
