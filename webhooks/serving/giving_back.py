"""What requests took and no longer use goes back to the system, of which Python and the C library by themselves give
back little.
"""

import threading

from models.heaps import collect, give_back

_SECONDS = 1


class GivingBack:
    """A thread that gives back memory once a second: what a rush took would stay taken for as long as the process."""

    def __init__(self) -> None:
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="giving back", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Do it no more."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped.wait(_SECONDS):
            collect()
            give_back()
