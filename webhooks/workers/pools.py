"""What works beside the event loop: processes that read large bodies, and threads that ask the database."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from webhooks.workers.worker import Worker

_THREADS = 2
# Of a robot's questions two may wait for extensions at once, and others must not wait for these.
_ROBOT_THREADS = 3
_NICEST = 19  # the lowest priority that a process can have


def _threads(name: str, number: int = _THREADS) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(number, thread_name_prefix=name)


@dataclass(frozen=True, slots=True)
class Workers:
    """Two processes and two pools of threads, so that work of one kind does not wait for work of another.

    The process of `reports` reads what Guards and GitHub report, at this process's own priority. That of `heavy` reads
    what canaries upload and huge deliveries, at the lowest priority. Each process reads one body at a time.

    The threads of `strangers` answer what anyone may ask, those of `robots` what is asked with a key.
    """

    reports: Worker = field(default_factory=Worker)
    heavy: Worker = field(default_factory=lambda: Worker(yielding=_NICEST))
    strangers: ThreadPoolExecutor = field(default_factory=lambda: _threads("strangers"))
    robots: ThreadPoolExecutor = field(default_factory=lambda: _threads("robots", _ROBOT_THREADS))

    def stop_processes(self) -> None:
        """End the processes, and what they were reading."""
        self.reports.stop()
        self.heavy.stop()

    def stop_threads(self) -> None:
        """End the threads once they are done."""
        self.strangers.shutdown()
        self.robots.shutdown()
