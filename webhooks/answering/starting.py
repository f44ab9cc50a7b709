"""Starts the process that answers readers anew, after the one that was forked has ended."""

import socket
import subprocess
import sys
from pathlib import Path

from webhooks.workers.child import ChildProcess

_PROJECT = Path(__file__).parent.parent.parent


def start_answering() -> ChildProcess:
    """Start it by itself: what has threads cannot be forked safely."""
    ours, theirs = socket.socketpair()
    with theirs:
        command = [sys.executable, "-m", "webhooks.answering", str(theirs.fileno())]
        process = subprocess.Popen(command, cwd=_PROJECT, pass_fds=[theirs.fileno()])  # noqa: S603 - our own program
    return ChildProcess(ours, process.wait)
