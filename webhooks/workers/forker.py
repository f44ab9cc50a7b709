"""The lean process that forks those of `Worker`s, as the web process sees it."""

import socket
import subprocess
import sys
import threading
from pathlib import Path

_PROJECT = Path(__file__).parent.parent.parent


class Forker:
    """Has processes forked that read bodies. Its own process starts when it is told to, and again if it ended."""

    def __init__(self) -> None:
        self._asking = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._asked: socket.socket | None = None

    def start(self) -> None:
        """Start its process, which loads what the others will need."""
        with self._asking:
            self._start()

    def forked(self, niceness: int) -> socket.socket:
        """The connection to a new process of this niceness, from 0 to 19."""
        ours, theirs = socket.socketpair()
        with theirs, self._asking:
            if self._process is None or self._process.poll() is not None:
                self._start()
            assert self._asked  # noqa: S101 - it was started
            socket.send_fds(self._asked, [bytes([niceness])], [theirs.fileno()])
        return ours

    def stop(self) -> None:
        """End its process and all that it forked, whatever they are doing."""
        with self._asking:
            if self._process and self._asked:
                self._asked.close()
                self._process.kill()
                self._process.wait()

    def _start(self) -> None:
        if self._asked:
            self._asked.close()
        self._asked, theirs = socket.socketpair()
        with theirs:
            # It inherits the environment, and ends when nobody holds the other end any more.
            command = [sys.executable, "-m", "webhooks.workers.process"]
            self._process = subprocess.Popen(command, cwd=_PROJECT, stdin=theirs.fileno())  # noqa: S603 - our own program
