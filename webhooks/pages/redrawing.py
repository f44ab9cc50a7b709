"""Has pages and panels of extensions drawn again once whoever looked at them is answered: nobody waits for a writer."""

import threading
from collections.abc import Iterable
from datetime import UTC, datetime

from models.complaint import Complaint
from models.database.engine import Database
from models.extensions.drawn import Drawable, have_drawn, wanting

# More than this are looked at in a moment by programs alone; they are drawn when they are looked at next.
_MOST_NOTED = 100


class Redrawing:
    """A thread that has drawn again what was looked at and is stale."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._noted: set[Drawable] = set()
        self._another = threading.Condition()
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="redrawing", daemon=True)
        self._complaint = Complaint("nothing_drawn_again")

    def start(self) -> None:
        """Begin to have things drawn."""
        self._thread.start()

    def stop(self) -> None:
        """Have nothing drawn any more."""
        with self._another:
            self._stopped = True
            self._another.notify_all()
        self._thread.join()

    def note(self, shown: Iterable[Drawable]) -> None:
        """These were looked at."""
        with self._another:
            for each in shown:
                if len(self._noted) < _MOST_NOTED:
                    self._noted.add(each)
            self._another.notify_all()

    def _run(self) -> None:
        while noted := self._next():
            try:
                self._draw(noted)
            except Exception as error:  # noqa: BLE001 - the database may be away; what is looked at next is noted again
                self._complaint.tell(error)
            else:
                self._complaint.over()

    def _next(self) -> set[Drawable]:
        """What was noted, once something is; nothing at the end."""
        with self._another:
            self._another.wait_for(lambda: self._noted or self._stopped)
            noted, self._noted = self._noted, set()
            return set() if self._stopped else noted

    def _draw(self, noted: set[Drawable]) -> None:
        now = datetime.now(UTC)
        with self._database.read() as session:
            wanted = wanting(session, noted, now)
        if wanted:
            with self._database.write() as session:
                have_drawn(session, wanted, now)
