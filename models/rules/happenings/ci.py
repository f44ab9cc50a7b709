"""What CI came to on a branch of plugins' public repositories: a whole workflow each, by GitHub's words. Pure."""

FACTS = {
    "ci.completed": {
        "plugin": "text",
        "repository": "text",
        "branch": "text",
        "sha": "text",
        "workflow": "text",
        "conclusion": "text",
        "at": "time",
    }
}
