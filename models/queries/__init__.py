"""The one way out: everything that people and machines ask, answered from state rows as frozen
views.
"""

from models.queries.audit import audit_lines
from models.queries.canary import (
    artefact,
    canary_servers,
    find_server,
    newest_runs,
    open_server_incident,
    our_servers,
    runs_of,
)
from models.queries.care import care_taken
from models.queries.host_branches import followed_host_branches, host_branches
from models.queries.incident_steps import is_tag, newest_steps, open_steps, public_verdicts
from models.queries.incidents import (
    incident_story,
    incidents_of,
    open_incidents,
)
from models.queries.issues import issues_of
from models.queries.jobs import jobs
from models.queries.lines import status_lines
from models.queries.listed import listed_plugins
from models.queries.outbreaks import open_outbreaks, outbreak_numbered
from models.queries.plugins import (
    example_handles,
    find_plugin,
    handles,
    matching,
    plugin_lines,
)
from models.queries.report_steps import report_steps
from models.queries.repositories import reading_of, repository_of
from models.queries.statuses import status_matrix
from models.queries.watched import open_watched_incidents, watched_sources
from models.queries.worst import worst_incidents, worst_plugins

__all__ = [
    "artefact",
    "audit_lines",
    "canary_servers",
    "care_taken",
    "example_handles",
    "find_plugin",
    "find_server",
    "followed_host_branches",
    "handles",
    "host_branches",
    "incident_story",
    "incidents_of",
    "is_tag",
    "issues_of",
    "jobs",
    "listed_plugins",
    "matching",
    "newest_runs",
    "newest_steps",
    "open_incidents",
    "open_outbreaks",
    "open_server_incident",
    "open_steps",
    "open_watched_incidents",
    "our_servers",
    "outbreak_numbered",
    "plugin_lines",
    "public_verdicts",
    "reading_of",
    "report_steps",
    "repository_of",
    "runs_of",
    "status_lines",
    "status_matrix",
    "watched_sources",
    "worst_incidents",
    "worst_plugins",
]
