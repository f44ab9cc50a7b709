"""The one way out: everything that people and machines ask, answered from state rows as frozen views."""

from models.queries.incidents import incidents_of, open_incidents, open_outbreaks
from models.queries.lines import status_lines
from models.queries.plugins import find_plugin, handles, plugin_lines
from models.queries.statuses import host_branches, status_matrix

__all__ = [
    "find_plugin",
    "handles",
    "host_branches",
    "incidents_of",
    "open_incidents",
    "open_outbreaks",
    "plugin_lines",
    "status_lines",
    "status_matrix",
]
