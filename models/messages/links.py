"""The only place that builds addresses, so that no sender can choose one."""

import re
from urllib.parse import quote

HOST = "discourse/discourse"

# GitHub's rules: an owner is letters, digits and hyphens (an underscore in managed accounts), a name also has dots.
_OWNER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,38}")
_NAME = re.compile(r"[A-Za-z0-9._-]{1,100}")
_SHA = re.compile(r"[0-9a-fA-F]{7,64}")
_TOPIC = re.compile(r"[0-9]{1,10}")


def is_sha(text: str) -> bool:
    """Whether this is a commit's id, whole or abbreviated: 7 to 64 hexadecimal digits."""
    return _SHA.fullmatch(text) is not None


def repository(full_name: str) -> str | None:
    """The page of the repository `owner/name`; None when the name is not one that GitHub allows."""
    owner, _, name = full_name.partition("/")
    if not (_OWNER.fullmatch(owner) and _NAME.fullmatch(name)) or name in {".", ".."}:
        return None
    return f"https://github.com/{quote(owner)}/{quote(name)}"


def commit(full_name: str, sha: str) -> str | None:
    """The page of one commit; None when the repository or the commit is not well formed."""
    return _under(full_name, "commit/{}", sha)


def compare(full_name: str, old: str, new: str) -> str | None:
    """The commits after `old` up to `new`; None when a piece is not well formed or nothing lies between them."""
    return _under(full_name, "compare/{}...{}", old, new) if old != new else None


def host_version(sha: str) -> str | None:
    """The file that states the host's version at a host commit; None when the commit is not well formed."""
    return _under(HOST, "blob/{}/lib/version.rb", sha)


def meta_topic(topic_id: str) -> str | None:
    """The plugin's topic on meta.discourse.org; None unless the id is a number."""
    return f"https://meta.discourse.org/t/{topic_id}" if _TOPIC.fullmatch(topic_id) else None


def _under(full_name: str, path: str, *shas: str) -> str | None:
    page = repository(full_name)
    return f"{page}/{path.format(*map(quote, shas))}" if page and all(map(is_sha, shas)) else None
