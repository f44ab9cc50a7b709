"""Sets as they are copied from administrators' pages of a forum, and as keys with values. Pure."""

import re

from models.rules.wanted import Member

Members = tuple[Member, ...]

# What only such a page says.
_OF_A_PAGE = re.compile(
    r"^[ \t]*(?:learn more|(?:current version|installed): ?\(?[\w.+-]{0,60}\d[\w.+-]{0,60}\)?)[ \t…>]*$",
    re.IGNORECASE | re.MULTILINE,
)
_VERSION = re.compile(
    r"(?:(?:current version|installed|version):? )?\(?(?P<version>v?\d+(?:\.[\w+-]+)+|[0-9a-f]{7,40})\)?",
    re.IGNORECASE,
)
_BUTTONS = re.compile(
    r"(?:learn more|(?:change )?settings|yes|no|y|n|enabled\??|disabled|version|name|plugins?|status|official|docs"
    r"|(?:you.re )?up[- ]to[- ]date|(?:an )?update available|update|upgrade|new version available|by .*)[ .…!>]*",
    re.IGNORECASE,
)
_KEY = re.compile(
    r"(?:- )?[\"']?(?P<key>artifactId|Name|Package|Version|version)[\"']?: *[\"']?(?P<value>[\w.+@/-]+)"
)
_NO_VERSION = "latest"
_LONGEST_LINE = 500


def page(text: str) -> Members | None:
    """Each plugin's name, which stands above its version and what it is for; None if this is no such page."""
    if not _OF_A_PAGE.search(text):
        return None
    found: dict[str, str] = {}
    name = ""
    for cell in text.replace("\t", "\n").splitlines():
        said = cell[:_LONGEST_LINE].strip()
        if version := _VERSION.fullmatch(said):
            if name:
                found[name] = version["version"]
            name = ""
        elif said and not name and not _BUTTONS.fullmatch(said):
            name = said
            found[name] = ""
    return tuple(found.items())


def keyed(text: str) -> Members | None:
    """What `pip show` tells and Jenkins' plugins.yaml wants: a name, and its version below; None if this is neither."""
    found: list[Member] = []
    for line in text.splitlines():
        said = _KEY.match(line[:_LONGEST_LINE].strip())
        if said is None:
            continue
        if said["key"].casefold() != "version":
            found.append((said["value"], ""))
        elif found and not found[-1][1] and said["value"] != _NO_VERSION:
            found[-1] = (found[-1][0], said["value"])
    is_either = "artifactId" in text or any(version for _, version in found)
    return tuple(found) if is_either else None
