"""Threads that a plugin started before it failed: it is left out, and so are they."""

import contextlib
import ctypes
import threading
from collections.abc import Iterable, Iterator
from typing import Any


@contextlib.contextmanager
def started_here() -> Iterator[list[threading.Thread]]:
    """Within this, the threads that this thread starts, as they are started."""
    started: list[threading.Thread] = []
    kind: Any = threading.Thread
    starter = threading.get_ident()
    original = kind.start
    is_over = False

    def start(thread: threading.Thread) -> None:
        if not is_over and threading.get_ident() == starter:
            started.append(thread)
        original(thread)

    kind.start = start
    try:
        yield started
    finally:
        is_over = True
        if kind.start is start:
            kind.start = original


def end(started: Iterable[threading.Thread]) -> None:
    """Have them end before their next line of Python; when the process ends, it waits for none of them."""
    for thread in started:
        if thread.ident is None or not thread.is_alive():
            continue
        _raise(ctypes.c_ulong(thread.ident), ctypes.py_object(SystemExit))
        if not thread.daemon:
            _do_not_wait_for(thread)


_raise = ctypes.pythonapi.PyThreadState_SetAsyncExc


def _do_not_wait_for(thread: Any) -> None:
    """A thread that runs cannot become a daemon; so it is taken from those that Python waits for.

    From Python 3.13 on that cannot be done: there, what never returns to Python is waited for.
    """
    waited: set[Any] = getattr(threading, "_shutdown_locks", set())
    waited.discard(getattr(thread, "_tstate_lock", None))
