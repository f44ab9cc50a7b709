"""What Prometheus reads at /metrics."""

from collections.abc import Sequence

from prometheus_client import Counter, Histogram

EVENTS = Counter("pluginwatch_events_recorded", "Events that were recorded.")
NOT_STORED = Counter("pluginwatch_events_not_stored", "Events that could not be stored; page someone when it grows.")
BATCH = Histogram(
    "pluginwatch_batch_events", "Events committed in one transaction.", buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
)
REFUSED = Counter("pluginwatch_requests_refused", "Requests that were refused before recording.", ["status"])


def written(results: Sequence[object]) -> None:
    """Count a batch; a result that is an exception was not stored."""
    lost = sum(isinstance(result, Exception) for result in results)
    BATCH.observe(len(results))
    EVENTS.inc(len(results) - lost)
    NOT_STORED.inc(lost)
