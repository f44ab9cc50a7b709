"""Branches of a plugin that hosts of one version use in place of its default one, such as d-compat/2026.2.

Discourse looks for one before it reads .discourse-compatibility, and takes its newest commit.
"""

import re
from collections.abc import Collection, Iterable

PREFIX = "d-compat/"
# So many months of versions are more than anybody keeps up.
MOST = 100
_NAME = re.compile(rf"{PREFIX}(\d{{1,4}})\.(\d{{1,4}})")
_HOST = re.compile(r"\s*(\d{1,4})\.(\d{1,4})(?![\d])")


def compat_branches(names: Iterable[str]) -> tuple[str, ...]:
    """Of these branches those that hosts look for, from the oldest host to the newest; `MOST` of them."""
    found = {
        (int(match[1]), int(match[2])): match[0] for match in map(_NAME.fullmatch, names) if match
    }
    return tuple(found[version] for version in sorted(found))[-MOST:]


def compat_branch(host_version: str, branches: Collection[str]) -> str | None:
    """The branch that a host of this version uses; None where the plugin has none for it."""
    found = _HOST.match(host_version)
    name = f"{PREFIX}{found[1]}.{found[2]}" if found else ""
    return name if name in branches else None
