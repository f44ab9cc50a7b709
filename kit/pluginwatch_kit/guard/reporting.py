"""Reports from a thread of its own: the host waits for none of it."""

import atexit
import logging
import threading
from pathlib import Path
from typing import Any, Callable, Optional

from pluginwatch_kit.guard.address import Address
from pluginwatch_kit.guard.folders import held_if_free
from pluginwatch_kit.guard.sending import HOUR, HostFacts, Line, ReportSender
from pluginwatch_kit.guard.spool import Spool

# When another process sends, it is looked again after so many seconds whether it still does.
_ANOTHER_SENDS = 60.0
# A process that ends waits so long at the most for what it is sending; the next one sends the rest.
_AT_EXIT = 2.0

_log = logging.getLogger("pluginwatch.guard")


class OutgoingReports:
    """Keeps reports on disk and sends them. Without an address nothing is kept."""

    def __init__(self, folder: Path, address: Optional[Address], host: HostFacts) -> None:
        self._folder = folder
        self._spool = Spool(folder)
        self._sender = ReportSender(self._spool, address, host) if address else None
        self._lines: Callable[[], list[Line]] = list
        self._woken = threading.Event()
        self._settled = threading.Event()
        self._thread: Optional[threading.Thread] = None
        self._problem = ""

    def tell(self, host_version: str, line: dict[str, Any]) -> None:
        """Report this line."""
        if self._sender:
            self._spool.add(host_version, line)
            self.wake()

    def wake(self, lines: Optional[Callable[[], list[Line]]] = None) -> None:
        """Send what is due, from the thread. `lines` says how all plugins are, from now on."""
        if self._sender is None:
            return
        self._lines = lines or self._lines
        self._settled.clear()
        self._woken.set()
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run, name="pluginwatch-guard", daemon=True)
            self._thread.start()
            atexit.register(self._settled.wait, _AT_EXIT)

    def _run(self) -> None:
        wait = 0.0
        while True:
            self._woken.wait(wait)
            self._woken.clear()
            try:
                wait = self._round()
            except Exception:  # noqa: BLE001 - the edge of a thread; what went wrong is logged
                _log.exception("reports cannot be sent")
                wait = HOUR
            if not self._woken.is_set():
                self._settled.set()

    def _round(self) -> float:
        if self._sender is None:
            return HOUR
        self._folder.mkdir(parents=True, exist_ok=True)
        with held_if_free(self._folder / "sending.lock") as ours:
            if not ours:
                return _ANOTHER_SENDS
            wait = self._sender.round(self._lines())
        problem = self._spool.progress().get("problem", "")
        if problem and problem != self._problem:
            _log.warning("a report was not accepted yet: %s", problem)
        self._problem = problem
        return wait
