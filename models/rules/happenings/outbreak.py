"""Outbreaks, by what of them everyone may know: how many of their incidents, and on which host branch. Pure."""

_FACTS = {"outbreak": "integer", "incidents": "integer", "host_branch": "text"}
FACTS = {"outbreak.opened": _FACTS, "outbreak.reopened": _FACTS, "outbreak.ended": _FACTS}
