"""What GitLab's webhooks tell, by kind: https://docs.gitlab.com/user/project/integrations/webhook_events/."""

from gitlab.answers import issues, projects, releases, unwatch, watch
from gitlab.pipelines import take_pipeline
from gitlab.stories import take_issue, take_release

__all__ = ["issues", "projects", "releases", "take", "unwatch", "watch"]

# GitLab's number for what everyone may see.
_PUBLIC = 20
_TAKERS = {"pipeline": take_pipeline, "issue": take_issue, "release": take_release}


def take(call, event):
    """A webhook; what is not public, or of no project that is watched, is left."""
    body = event["data"]
    taker = _TAKERS.get(body.get("object_kind"))
    project = body.get("project") or {}
    if taker is None or project.get("visibility_level") != _PUBLIC:
        return
    for row in call.rows("project", path=str(project.get("path_with_namespace"))):
        taker(call, body, row["plugin"])
