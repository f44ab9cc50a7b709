"""Pipelines judge their plugin."""

from datetime import UTC, datetime

_VERDICTS = {"success": "compatible", "failed": "tests_failing"}
# Of a merge request nothing is released yet.
_OF_REQUESTS = "merge_request_event"


def take_pipeline(call, body, plugin):
    """The end of a pipeline on the default branch says whether its tests pass."""
    about, project = body["object_attributes"], body["project"]
    verdict = _VERDICTS.get(about.get("status"))
    of_branch = about.get("ref") == project.get("default_branch") and not about.get("tag")
    if verdict is None or not of_branch or about.get("source") == _OF_REQUESTS:
        return
    call.say(
        plugin,
        verdict,
        branch=about["ref"],
        sha=about["sha"],
        at=when(about["finished_at"]).isoformat(),
        said_by=f"GitLab CI of {project['path_with_namespace']}"[:100],
        message=_failures(body),
    )


def when(text):
    """GitLab's times: "2026-11-27 12:00:00 UTC" in webhooks, ISO elsewhere."""
    whole = text.replace(" UTC", "+00:00").replace("Z", "+00:00")
    at = datetime.fromisoformat(whole)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _failures(body):
    """Which jobs failed, and where to look."""
    lines = []
    for job in body.get("builds") or []:
        if job.get("status") == "failed" and not job.get("allow_failure"):
            reason = job.get("failure_reason") or "it failed"
            lines.append(f"{job.get('name')}: {reason}")
    url = body["object_attributes"].get("url")
    return "\n".join([*lines[:20], *([str(url)] if url else [])])[:4000]
