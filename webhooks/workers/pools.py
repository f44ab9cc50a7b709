"""What works beside the event loop: processes that read large bodies, and threads that ask the database."""

from concurrent.futures import ThreadPoolExecutor

from webhooks.workers.forker import Forker
from webhooks.workers.worker import Worker

_THREADS = 2
# Of a robot's questions two may wait for extensions at once, and others must not wait for these.
_ROBOT_THREADS = 3
_NICEST = 19  # the lowest priority that a process can have


class Workers:
    """Two processes and two pools of threads, so that work of one kind does not wait for work of another.

    The process of `reports` reads what Guards and GitHub report, at this process's own priority. That of `heavy` reads
    what canaries upload and huge deliveries, at the lowest priority. Each reads one body at a time, and is forked from
    a third one when it is needed.

    The threads of `strangers` answer what anyone may ask, those of `robots` what is asked with a key.
    """

    def __init__(self) -> None:
        self._forker = Forker()
        self.reports = Worker(self._forker)
        self.heavy = Worker(self._forker, yielding=_NICEST)
        self.strangers = ThreadPoolExecutor(_THREADS, thread_name_prefix="strangers")
        self.robots = ThreadPoolExecutor(_ROBOT_THREADS, thread_name_prefix="robots")

    def start(self) -> None:
        """Start the process from which the others are forked; without it the first large body waits for that."""
        self._forker.start()

    def stop_processes(self) -> None:
        """End the processes, and what they were reading."""
        self.reports.stop()
        self.heavy.stop()
        self._forker.stop()

    def stop_threads(self) -> None:
        """End the threads once they are done."""
        self.strangers.shutdown()
        self.robots.shutdown()
