"""What Prometheus reads of what stands in the database, such as of the clock: each reading asks it."""

from collections.abc import Iterator
from datetime import UTC, datetime

import structlog
from prometheus_client import Info
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector, CollectorRegistry

from models import queries
from models.build import python, revision
from models.database.engine import Database
from models.version import VERSION
from webhooks.operating.state_metrics import StateCollector

_log = structlog.get_logger()


def clock_metrics(database: Database) -> CollectorRegistry:
    """The registry of what is known of the clock's jobs, and of what waits and is broken."""
    registry = CollectorRegistry()
    made = Info("pluginwatch_build", "Which build of Pluginwatch answers.", registry=registry)
    made.info({"version": VERSION, "revision": revision(), "python": python()})
    registry.register(_ClockCollector(database))
    registry.register(StateCollector(database))
    return registry


class _ClockCollector(Collector):
    def __init__(self, database: Database) -> None:
        self._database = database

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """One sample a job.

        When the database is away there are none, rather than no metrics at all.
        """
        now = datetime.now(UTC)
        try:
            with self._database.read() as session:
                jobs = queries.jobs(session, now)
        except Exception as error:  # noqa: BLE001 - whatever it is, the process's own counters can still be read
            _log.warning("clock_not_measured", error=type(error).__name__)
            return
        ran = {job.name: (now - job.last.finished_at).total_seconds() for job in jobs if job.last}
        yield _gauge(
            "pluginwatch_job_seconds_since_run", "Since the last run of each job ended.", ran
        )
        late = {job.name: float(job.is_late(now)) for job in jobs}
        yield _gauge("pluginwatch_job_late", "1 where a job is overdue: no process runs it.", late)
        failing = {job.name: float(job.is_failing) for job in jobs}
        yield _gauge(
            "pluginwatch_job_failing", "1 where a job's last run did not end well.", failing
        )


def _gauge(name: str, words: str, values: dict[str, float]) -> GaugeMetricFamily:
    gauge = GaugeMetricFamily(name, words, labels=["job"])
    for job, value in values.items():
        gauge.add_metric([job], value)
    return gauge
