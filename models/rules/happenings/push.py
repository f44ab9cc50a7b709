"""Pushes to the default branch of plugins' public repositories. Pure."""

FACTS = {
    "push.received": {
        "plugin": "text",
        "repository": "text",
        "branch": "text",
        "sha": "text",
        "at": "time",
    }
}
