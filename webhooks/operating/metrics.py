"""What Prometheus reads at /metrics."""

import re
from collections.abc import Sequence

from prometheus_client import Counter, Gauge, Histogram

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
    "pluginwatch_github_deliveries", "Signed deliveries, by their event.", ["event"]
)

# What GitHub documents. A sender must not make up labels, so that anything else counts as "other".
_GITHUB_EVENTS = frozenset(
    re.findall(
        r"\w+",
        """
        branch_protection_configuration branch_protection_rule check_run check_suite code_scanning_alert commit_comment
        create custom_property custom_property_values delete dependabot_alert deploy_key deployment
        deployment_protection_rule deployment_review deployment_status discussion discussion_comment fork
        github_app_authorization gollum installation installation_repositories installation_target issue_comment
        issue_dependencies issues label marketplace_purchase member membership merge_group meta milestone org_block
        organization package page_build personal_access_token_request ping project project_card project_column
        projects_v2 projects_v2_item projects_v2_status_update public pull_request pull_request_review
        pull_request_review_comment pull_request_review_thread push registry_package release repository
        repository_advisory repository_dispatch repository_import repository_ruleset repository_vulnerability_alert
        secret_scanning_alert secret_scanning_alert_location secret_scanning_scan security_advisory
        security_and_analysis sponsorship star status sub_issues team team_add watch workflow_dispatch workflow_job
        workflow_run
        """,
    )
)


def delivered(event: str) -> None:
    """Count a verified delivery of GitHub's."""
    DELIVERIES.labels(event if event in _GITHUB_EVENTS else "other").inc()


def written(results: Sequence[object]) -> None:
    """Count a batch; a result that is an exception was not stored."""
    lost = sum(isinstance(result, Exception) for result in results)
    BATCH.observe(len(results))
    EVENTS.inc(len(results) - lost)
    NOT_STORED.inc(lost)
