"""What Prometheus reads at /metrics."""

from collections.abc import Sequence

from prometheus_client import Counter, Gauge, Histogram

from models.github.facts import Fact, RepositoryFact

EVENTS = Counter("pluginwatch_events_recorded", "Events that were recorded.")
NOT_STORED = Counter(
    "pluginwatch_events_not_stored", "Events that could not be stored; page someone when it grows."
)
BATCH = Histogram(
    "pluginwatch_batch_events",
    "Events committed in one transaction.",
    buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256, 512),
)
BATCH_SECONDS = Histogram(
    "pluginwatch_batch_seconds",
    "How long recording what was committed in one transaction took.",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
INTAKE_WAITING = Gauge("pluginwatch_intake_waiting", "Reports that wait to be recorded.", ["who"])
CANARY = Counter(
    "pluginwatch_canary_uploads",
    "What browser canaries sent: runs, console logs and screenshots.",
    ["what"],
)
REFUSED = Counter(
    "pluginwatch_requests_refused", "Requests that were refused before recording.", ["status"]
)
DELIVERIES = Counter(
    "pluginwatch_github_deliveries",
    "Signed deliveries about public repositories, by their event.",
    ["event"],
)


def delivered(event: str, facts: Sequence[Fact]) -> None:
    """Count a delivery of GitHub's if it tells of public repositories alone: who reads this is not known."""
    told = [fact.private for fact in facts if isinstance(fact, RepositoryFact)]
    if told and not any(told):
        DELIVERIES.labels(event).inc()


def written(results: Sequence[object]) -> None:
    """Count a batch; a result that is an exception was not stored."""
    lost = sum(isinstance(result, Exception) for result in results)
    BATCH.observe(len(results))
    EVENTS.inc(len(results) - lost)
    NOT_STORED.inc(lost)
