"""The only place that builds addresses, so that no sender can choose one."""

import re
from collections.abc import Sequence
from urllib.parse import quote

from models.rules.sources import RunPage

HOST = "discourse/discourse"
PROFILE_SETTINGS = "https://github.com/settings/profile"

# A chat platform shows an address whole or not at all, and holds 2,000 to 4,000 characters at once.
_LONGEST_FORM = 1_500

# GitHub's rules: an owner has letters, digits and hyphens (managed accounts an underscore); a
# repository's name may also have dots. None of these, nor a commit's id, need be quoted in an address.
_OWNER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,38}")
_NAME = re.compile(r"[A-Za-z0-9._-]{1,100}")
_SHA = re.compile(r"[0-9a-fA-F]{7,64}")
_WHOLE_SHA = 40
# Python's rules: https://packaging.python.org/en/latest/specifications/name-normalization/ and
# version-specifiers/; a part of what they allow.
_TOPIC = re.compile(r"[0-9]{1,10}")
# Each byte as an address holds it. Every breakage brings the form of an issue: `quote` takes twice as long.
_QUOTED = tuple(quote(bytes([byte]), safe="") for byte in range(256))
# A safe part of what git allows as a ref (git-check-ref-format): no piece begins with a dot, and no
# dot or slash is doubled.
_TAG = re.compile(
    r"(?!@$|.*(?:\.\.|//|/\.|\.lock(?:/|$)))[A-Za-z0-9_@][A-Za-z0-9._+@/-]{0,199}(?<![./])",
)


def is_sha(text: str) -> bool:
    """Whether this is a commit's id, whole or abbreviated: 7 to 64 hexadecimal digits."""
    return _SHA.fullmatch(text) is not None


def repository(full_name: str) -> str | None:
    """The page of the repository `owner/name`; None when the name is not one that GitHub allows."""
    owner, _, name = full_name.partition("/")
    if not _OWNER.fullmatch(owner) or not _NAME.fullmatch(name):
        return None
    if name in {".", ".."}:
        return None
    return f"https://github.com/{owner}/{name}"


def commit(full_name: str, sha: str) -> str | None:
    """The page of one commit; None when the repository or the commit is not well formed."""
    return _under(full_name, "commit/{}", sha)


def compare(full_name: str, old: str, new: str) -> str | None:
    """The commits after `old` up to `new`.

    None when the repository or a commit is not well formed, or both commits are the same.
    """
    if old == new:
        return None
    return _under(full_name, "compare/{}...{}", old, new)


def ci_run(full_name: str, reference: str, page: RunPage) -> str | None:
    """The page of a CI run. `reference` is its path in the repository, such as "actions/runs/1".

    None when the repository or the path is not well formed.
    """
    if repository(full_name) is None or not re.fullmatch(page.shape, reference):
        return None
    return page.address.format(repository=full_name, run=reference)


def release(full_name: str, tag: str) -> str | None:
    """The page of a release; None when the repository or the tag is not well formed."""
    page = repository(full_name)
    if page is None or not _TAG.fullmatch(tag):
        return None
    return f"{page}/releases/tag/{quote(tag, safe='')}"


def releases(full_name: str) -> str | None:
    """The page of all releases; None when the repository is not well formed."""
    page = repository(full_name)
    return page and f"{page}/releases"


def issue(full_name: str, number: int) -> str | None:
    """The page of one issue; None when the repository is not well formed."""
    page = repository(full_name)
    return f"{page}/issues/{number}" if page else None


def issues(full_name: str, state: str = "open") -> str | None:
    """The list of the repository's issues, "open" or "closed"; None when it is not well formed."""
    page = repository(full_name)
    if page is None:
        return None
    if state == "closed":
        return f"{page}/issues?q=is%3Aissue+is%3Aclosed"
    return f"{page}/issues"


def owner(full_name: str) -> str | None:
    """The page of who owns the repository; None when it is not well formed."""
    page = repository(full_name)
    return page and page.rpartition("/")[0]


def branch(full_name: str, name: str) -> str | None:
    """The files of a branch; None when the repository is not well formed, or no branch is named."""
    page = repository(full_name)
    return f"{page}/tree/{quote(name)}" if page and name else None


def folder(full_name: str, path: str, name: str = "HEAD") -> str | None:
    """A folder of a branch; None when the repository is not well formed."""
    page = repository(full_name)
    return f"{page}/tree/{quote(name)}/{quote(path)}" if page and path else page


def takes_issues(full_name: str) -> bool:
    """Whether issues may be filed there. Discourse's own repository takes none: people report on its forum."""
    return repository(full_name) is not None and full_name.lower() != HOST


def new_issue(full_name: str, title: str, lines: Sequence[str]) -> str | None:
    """The form for a new issue, filled in with as many of these lines as an address can hold.

    None when the repository is not well formed, or takes no issues.
    """
    page = repository(full_name)
    if page is None or not takes_issues(full_name):
        return None
    address = f"{page}/issues/new?title={_quoted(title)}&body="
    whole = _quoted("\n".join(lines))
    if len(address) + len(whole) <= _LONGEST_FORM:
        return address + whole
    for number, line in enumerate(lines):
        added = _quoted(f"\n{line}" if number else line)
        if len(address) + len(added) > _LONGEST_FORM:
            break
        address += added
    return address


def host_version(sha: str) -> str | None:
    """The file that states the host's version at a host commit; None when it is not well formed."""
    return _under(HOST, "blob/{}/lib/version.rb", sha)


def is_whole_sha(text: str) -> bool:
    """Whether this is a commit's whole id; a version may look like one that is abbreviated."""
    return is_sha(text) and len(text) >= _WHOLE_SHA


def meta_topic(topic_id: str) -> str | None:
    """The plugin's topic on meta.discourse.org; None when the id is not a number."""
    if not _TOPIC.fullmatch(topic_id):
        return None
    return f"https://meta.discourse.org/t/{topic_id}"


def artefact(public_url: str, server: str, run_id: str, kind: str, token: str) -> str:
    """What a canary run left behind, on the web process at `public_url`.

    The address works for as long as the token is valid.
    """
    path = f"{public_url}/canary/runs/{quote(run_id, safe='')}/{quote(kind, safe='')}"
    return f"{path}?server={quote(server, safe='')}&token={quote(token, safe='')}"


def unsubscribing(public_url: str, token: str) -> str:
    """Where mails are ended, on the web process at `public_url`."""
    return f"{public_url}/unsubscribe/{token}"


def _quoted(text: str) -> str:
    # A lone surrogate cannot be part of an address.
    return "".join(map(_QUOTED.__getitem__, text.encode(errors="replace")))


def _under(full_name: str, path: str, *shas: str) -> str | None:
    page = repository(full_name)
    if page is None or not all(map(is_sha, shas)):
        return None
    return f"{page}/{path.format(*shas)}"
