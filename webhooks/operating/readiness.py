"""/readyz: anyone may ask, so it costs a write a second at the most, and nobody waits long for it."""

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime

from models.complaint import Complaint
from models.database import integrity
from models.database.engine import Database
from models.operating.readiness import unready


@dataclass(frozen=True, slots=True)
class ReadinessTimes:
    """For how many seconds an answer counts, how long one may take, and how the search for damage rests.

    Load balancers give up after a few seconds; so does this.
    """

    fresh: float = 1.0
    longest: float = 3.0
    rests: integrity.Rests = field(default_factory=integrity.Rests)


class Readiness:
    """Finds out whether the process can record, in a thread of its own, and looks for damage meanwhile."""

    def __init__(self, database: Database, times: ReadinessTimes | None = None) -> None:
        self._times = times or ReadinessTimes()
        self._database = database
        self._thread = ThreadPoolExecutor(1, "readiness")
        self._stopped = threading.Event()
        self._integrity = threading.Thread(
            target=integrity.watch_over,
            args=(database, self._stopped, self._times.rests),
            name="integrity",
            daemon=True,
        )
        self._complaint = Complaint("not_ready")
        self._began = 0.0
        self._looking: asyncio.Future[str | None] | None = None

    def start(self) -> None:
        """Begin to look for damage."""
        self._integrity.start()

    def stop(self) -> None:
        """Look no more. A look that the database holds up is left behind."""
        self._stopped.set()
        self._thread.shutdown(wait=False, cancel_futures=True)
        self._integrity.join(self._times.longest)

    async def reason(self) -> str | None:
        """Why the process cannot record; None when it just did."""
        now = time.monotonic()
        if self._looking is None or (
            self._looking.done() and now - self._began > self._times.fresh
        ):
            self._began = now
            self._looking = asyncio.get_running_loop().run_in_executor(self._thread, self._look)
        try:
            async with asyncio.timeout(self._began + self._times.longest - now):
                return await asyncio.shield(self._looking)
        except TimeoutError:
            return "the database does not answer"

    def _look(self) -> str | None:
        try:
            reason = unready(self._database, datetime.now(UTC))
        except Exception as error:  # noqa: BLE001 - not ready, whatever it is; the log says more than strangers may know
            self._complaint.tell(error)
            return type(error).__name__
        if reason is None:
            self._complaint.over()
        return reason
