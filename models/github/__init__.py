"""GitHub's JSON, as webhooks and its API show it, parsed into facts. Pure."""
