"""Releases of plugins' public repositories. Pure."""

FACTS = {
    "release.published": {
        "plugin": "text",
        "repository": "text",
        "tag": "text",
        "prerelease": "flag",
        "at": "time",
    }
}
