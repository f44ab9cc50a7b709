"""Lines of history: each branch has one, and its commits are ordered within it. Pure."""

# What Git calls the branch of a commit that is checked out by itself, as where a site pins a plugin.
DETACHED = "HEAD"


def host_line(host_branch: str) -> str:
    """The line of history that a host branch's commits belong to."""
    return f"host/{host_branch}"


def plugin_line(plugin_id: int, plugin_branch: str) -> str:
    """The line of history that a plugin branch's commits belong to."""
    return f"plugin/{plugin_id}/{plugin_branch}"
