"""Issues and pull requests of plugins' public repositories. Pure."""

_FACTS = {"plugin": "text", "repository": "text", "number": "integer", "title": "text"}
FACTS = {"issue.opened": _FACTS, "issue.closed": _FACTS, "issue.reopened": _FACTS}
