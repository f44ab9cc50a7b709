"""Lines of history: each branch has one, and its commits are ordered within it. Pure."""

import re

# What Git calls the branch of a commit that is checked out by itself, as where a site pins a plugin.
DETACHED = "HEAD"

_OF_GIT = re.compile(r"(?:refs/(?:heads|remotes/[^/]+)/|remotes/[^/]+/|heads/|origin/)(?=.)")


def branch_name(said: str) -> str:
    """The branch's own name, of what Git and CI may call it, such as refs/heads/main and origin/main."""
    return _OF_GIT.sub("", said, count=1) if _OF_GIT.match(said) else said


def host_line(host_branch: str) -> str:
    """The line of history that a host branch's commits belong to."""
    return f"host/{host_branch}"


def plugin_line(plugin_id: int, plugin_branch: str) -> str:
    """The line of history that a plugin branch's commits belong to."""
    return f"plugin/{plugin_id}/{plugin_branch}"
