"""Who works beside the event loop: processes that read what is large, and threads that ask the database."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from webhooks.workshop import Workshop

_THREADS = 2


def _threads(name: str) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_THREADS, thread_name_prefix=name)


@dataclass(frozen=True, slots=True)
class Crew:
    """Large reports and deliveries are read in one workshop, what canaries upload in another.

    What anyone may ask waits for `strangers`, what robots ask for `robots`, so that neither keeps others waiting.
    """

    reports: Workshop = field(default_factory=Workshop)
    uploads: Workshop = field(default_factory=Workshop)
    strangers: ThreadPoolExecutor = field(default_factory=lambda: _threads("strangers"))
    robots: ThreadPoolExecutor = field(default_factory=lambda: _threads("robots"))

    def stop_workshops(self) -> None:
        """End the processes, and what they were reading."""
        self.reports.stop()
        self.uploads.stop()

    def stop_threads(self) -> None:
        """End the threads once they are done."""
        self.strangers.shutdown()
        self.robots.shutdown()
