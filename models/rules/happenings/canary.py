"""Runs of browser canaries that have finished: passed, failed, or proving nothing. Pure."""

FACTS = {
    "canary.finished": {
        "server": "text",
        "run": "text",
        "host_branch": "text",
        "conclusion": "text",
        "at": "time",
    }
}
