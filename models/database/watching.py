"""Watching for other processes' commits while that is wanted: it takes a thread, which on SQLite looks all the time."""

import threading
from collections.abc import Callable

from models.database.engine import Database


class Watching:
    """Calls `changed` within milliseconds of another process's commit, while it is on."""

    def __init__(self, database: Database, changed: Callable[[], None]) -> None:
        self._database = database
        self._changed = changed
        self._running: tuple[threading.Thread, threading.Event] | None = None

    def switch(self, *, on: bool) -> None:
        """Begin to watch, or end it, unless that is so already. To end it waits for the thread."""
        if on and self._running is None:
            stop = threading.Event()
            thread = threading.Thread(
                target=self._database.watch, args=(self._changed, stop), name="watch", daemon=True
            )
            thread.start()
            self._running = thread, stop
        elif self._running and not on:
            thread, stop = self._running
            stop.set()
            thread.join()
            self._running = None
