"""What Prometheus reads of all processes together: what waits to be sent, what is broken, and which
extensions do not run.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

import structlog
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from models.database.engine import Database
from models.extensions.host import this_host
from models.extensions.installed import installed, present
from models.queries.measures import measures
from models.rules.extensions import ExtensionState

_log = structlog.get_logger()
_STOPPED = {ExtensionState.HELD, ExtensionState.QUARANTINED}


class StateCollector(Collector):
    """Each reading asks the database; while that is away there are no samples, rather than no metrics at all."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The samples now."""
        try:
            with self._database.read() as session:
                found = measures(session, datetime.now(UTC))
                extensions = present(installed(session, this_host()))
        except Exception as error:  # noqa: BLE001 - whatever it is, the process's own counters can still be read
            _log.warning("state_not_measured", error=type(error).__name__)
            return
        waiting = {platform: float(each.messages) for platform, each in found.waiting.items()}
        yield _gauge("outbox_waiting", "Messages that wait to be sent.", "platform", waiting)
        oldest = {name: each.oldest.total_seconds() for name, each in found.waiting.items()}
        words = "For how many seconds the oldest message has waited; page someone when it grows."
        yield _gauge("outbox_oldest_seconds", words, "platform", oldest)
        incidents = {str(verdict): float(number) for verdict, number in found.incidents.items()}
        yield _gauge("incidents_open", "Incidents that are open.", "verdict", incidents)
        stopped = {handle: float(each.state in _STOPPED) for handle, each in extensions.items()}
        words = "1 for an extension that is on and does not run: held or quarantined."
        yield _gauge("extension_stopped", words, "extension", stopped)
        for name, words, label, counted in (
            (
                "outbox_retried",
                "Messages that wait because sending failed.",
                "platform",
                found.retried,
            ),
            ("outbox_given_up", "Messages that were never sent.", "platform", found.given_up),
            ("destinations_suspended", "Where nothing is sent.", "platform", found.suspended),
            ("sources_silent", "Sources that stopped reporting.", "kind", found.silent),
        ):
            yield _gauge(
                name, words, label, {each: float(count) for each, count in counted.items()}
            )


def _gauge(name: str, words: str, label: str, values: Mapping[str, float]) -> GaugeMetricFamily:
    gauge = GaugeMetricFamily(f"pluginwatch_{name}", words, labels=[label])
    for value, number in values.items():
        gauge.add_metric([value], number)
    return gauge
