"""Who works beside the event loop: processes that read what is large, and threads that ask the database."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from webhooks.workshop import Workshop

_THREADS = 2
_LAST_OF_ALL = 19  # the niceness of whoever everybody else goes before


def _threads(name: str) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_THREADS, thread_name_prefix=name)


@dataclass(frozen=True, slots=True)
class Crew:
    """What Guards and GitHub report is read in one workshop, as if it were read here. What is `heavy`, uploads of
    canaries and huge deliveries, is read in another, one at a time in all and only with what the others leave.

    What anyone may ask waits for `strangers`, what robots ask for `robots`, so that neither keeps others waiting.
    """

    reports: Workshop = field(default_factory=Workshop)
    heavy: Workshop = field(default_factory=lambda: Workshop(yielding=_LAST_OF_ALL))
    strangers: ThreadPoolExecutor = field(default_factory=lambda: _threads("strangers"))
    robots: ThreadPoolExecutor = field(default_factory=lambda: _threads("robots"))

    def stop_workshops(self) -> None:
        """End the processes, and what they were reading."""
        self.reports.stop()
        self.heavy.stop()

    def stop_threads(self) -> None:
        """End the threads once they are done."""
        self.strangers.shutdown()
        self.robots.shutdown()
