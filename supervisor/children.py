"""Forking processes that go their own ways: each in a group of its own, with its output to us and no input."""

import ctypes
import os
import signal
import sys
from collections.abc import Mapping
from typing import NamedTuple

# Ctrl-C reaches only us: who ends when is decided in one place.
SIGNALS = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD}

# linux/prctl.h
_PR_SET_PDEATHSIG = 1
_PR_SET_NAME = 15


class Child(NamedTuple):
    """A process of ours, and where it writes to."""

    name: str
    pid: int
    output: int


def fork(modules: Mapping[str, str]) -> str | list[Child]:
    """Fork a process for each name: in each the module that it is to run, and here all of them.

    Here SIGNALS stay blocked. To be called before there are threads.
    """
    sys.stdout.flush()
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    children: list[Child] = []
    parent = os.getpid()
    for name, module in modules.items():
        reads, writes = os.pipe()
        pid = os.fork()
        if not pid:
            for other in children:
                os.close(other.output)
            os.close(reads)
            _part(writes)
            _stay_with(parent, name)
            return module
        os.close(writes)
        children.append(Child(name, pid, reads))
    return children


def _part(output: int) -> None:
    os.setpgid(0, 0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for wanted, given in ((0, nothing), (1, output), (2, output)):
        os.dup2(given, wanted)
    os.close(nothing)
    os.close(output)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(line_buffering=True)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)


def _stay_with(parent: int, name: str) -> None:
    """End when the parent does, even if it is killed; have a name in lists of processes. Linux alone does both."""
    if sys.platform != "linux":
        return
    kernel = ctypes.CDLL(None)
    kernel.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    kernel.prctl(_PR_SET_NAME, f"pluginwatch-{name}".encode())
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGTERM)  # it ended before it was asked
