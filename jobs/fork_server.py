"""A server that forks the workers: a copy of the jobs process, with which they share most of its memory."""

import gc
import os
import signal
import socket
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import NoReturn

import structlog

# A supervisor sends these to all processes at once, but only the first one decides what ends when.
STOPS = {signal.SIGTERM, signal.SIGINT}

_log = structlog.get_logger()


class ForkServer:
    """Forks processes that run `target`, each with its end of a connection, and begin with what was in memory now.

    To be made before this process has threads or connections to a database: copies of them work
    badly. The server ends with this process.
    """

    def __init__(self, target: Callable[[Connection], None]) -> None:
        # The garbage collector writes on what it looks at, and a page that is written on is shared no more.
        gc.freeze()
        self._requests, theirs = socket.socketpair()
        before = signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
        self._pid = os.fork()
        if not self._pid:
            self._requests.close()
            _serve(theirs, target)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        theirs.close()

    def start(self) -> Connection:
        """Start a process, and return our end of its connection.

        It ends when nothing runs in it and this is closed.
        """
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                socket.send_fds(self._requests, [b"1"], [theirs.fileno()])
            except ConnectionError:
                # There are threads by now, so that only a supervisor can start another server.
                _log.critical("fork_server_gone")
                os._exit(1)
        return Connection(ours.detach())

    def stop(self) -> None:
        """End the server."""
        self._requests.close()
        os.waitpid(self._pid, 0)


def _serve(requests: socket.socket, target: Callable[[Connection], None]) -> NoReturn:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # so that nothing is left of those that ended
    while True:
        _, descriptors, _, _ = socket.recv_fds(requests, 1, 1)
        if not descriptors:
            os._exit(0)
        with Connection(descriptors[0]) as orders:
            _fork(requests, target, orders)


def _fork(
    requests: socket.socket, target: Callable[[Connection], None], orders: Connection
) -> None:
    try:
        pid = os.fork()
    except OSError as error:  # no memory or no number is free now; the other end notices
        _log.error("worker_not_forked", error=type(error).__name__)
        return
    if pid:
        return
    requests.close()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    try:
        target(orders)
    except BaseException:  # noqa: BLE001 - this process's edge; nothing of its parent's may run here
        _log.exception("worker_failed")
        os._exit(1)
    os._exit(0)
