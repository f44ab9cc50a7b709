"""The web process signs in once a minute, so that nobody is missed whom it could not have heard."""

import threading
from datetime import UTC, datetime

from models.complaint import Complaint
from models.database.engine import Database
from models.operating.attendance import WEB, sign_in

_SECONDS = 60


class SignIn:
    """A thread that writes one row a minute.

    That it can is what makes it a sign of life: so could the intake.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="attendance", daemon=True)

    def start(self) -> None:
        """Begin to sign in."""
        self._thread.start()

    def stop(self) -> None:
        """Sign in no more. Blocks until the last time is written."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        complaint = Complaint("not_signed_in")
        while True:
            try:
                with self._database.write() as session:
                    sign_in(session, WEB, datetime.now(UTC))
            except Exception as error:  # noqa: BLE001 - whatever keeps it from writing, it tries again in a minute
                complaint.tell(error)
            else:
                complaint.over()
            if self._stopped.wait(_SECONDS):
                return
