"""Plugins that come to the master list, and leave it. Pure."""

FACTS = {
    "plugin.added": {"plugin": "text", "repository": "text"},
    "plugin.removed": {"plugin": "text", "reason": "text"},
}
