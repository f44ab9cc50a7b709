"""The one way out: everything that people and machines ask, answered from state rows as frozen views."""

from models.queries.audit import audit_lines
from models.queries.canary import artefact, canary_servers, find_server, newest_runs, open_server_incident, runs_of
from models.queries.incidents import incidents_of, open_incidents, open_outbreaks
from models.queries.issues import issues_of
from models.queries.lines import status_lines
from models.queries.plugins import find_plugin, handles, plugin_lines
from models.queries.repositories import repository_of
from models.queries.statuses import host_branches, status_matrix

__all__ = [
    "artefact",
    "audit_lines",
    "canary_servers",
    "find_plugin",
    "find_server",
    "handles",
    "host_branches",
    "incidents_of",
    "issues_of",
    "newest_runs",
    "open_incidents",
    "open_outbreaks",
    "open_server_incident",
    "plugin_lines",
    "repository_of",
    "runs_of",
    "status_lines",
    "status_matrix",
]
