"""Which plugins somebody means: a name, a repository's address or a line of a list, and a version with it. Pure."""

import re

MOST = 500  # plugins; the largest sites have some 150

Member = tuple[
    str, str
]  # what names the plugin, and the version or commit that is wanted of it, or nothing

VERSION = re.compile(r"v?[0-9][\w.+-]*|[0-9a-f]{7,40}", re.ASCII | re.IGNORECASE)

_LONGEST = 500  # of a line that names a plugin; what is longer names none
_BULLETS = re.compile(r"(?:(?:[-*+•‣]|\d{1,3}[.)]|\[[ xX]?\]) )+")
_LINK = re.compile(r"\[([^\[\]]*)\]\(([^()\s]+)\)")
_CELLS = re.compile(r"[|\t]")
_WRAPPED = " \t\"'`*[]{}"
# What people write between a plugin and its version: nothing, @, ==, a colon, a dash, or brackets around it.
_VERSIONED = re.compile(
    r"(?P<name>.+?)(?: ?(?:@|={1,3}|:|#) ?| [-–—] | | ?\()(?:version |\()?"
    rf"(?P<version>{VERSION.pattern})\)?",
    re.ASCII | re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"(?:(?:https?|git|ssh)://(?:[^\s/@]*@)?|[\w.-]+@)?(?P<host>(?:[\w-]+\.)+[a-z]+)(?::\d+)?[:/]+"
    r"(?P<path>[^\s?#]+)(?:[?#]\S*)?",
    re.ASCII | re.IGNORECASE,
)
_REFERENCE = re.compile(r"(?:tree|commit|releases/tag)/(?P<version>[^/]+)/?(?P<folder>.*)")
_COMMENT = re.compile(r"(?:^|\s)#.*")
_SEPARATORS = re.compile(r"[,;]")


def members_in(line: str) -> list[Member]:
    """The plugins that a line of a list names: several with commas between; none in a heading or a comment."""
    text = _BULLETS.sub("", _COMMENT.sub("", line).strip(), count=1)
    if linked := _LINK.match(text):  # what follows a link in such a line describes it
        rest = re.match(r"\W{0,3}(\S*)", text[linked.end() :])
        version = rest[1].rstrip("),") if rest else ""
        name, own = member_of(linked[2] if "/" in linked[2] else linked[1])
        return [(name, own or (version if VERSION.fullmatch(version) else ""))]
    parts = map(member_of, _SEPARATORS.split(text))
    return [(name, version) for name, version in parts if name and not name.endswith(":")]


def member_of(text: str) -> Member:
    """What names the plugin in such a text, and its version; an address becomes owner/name."""
    cells = list(filter(_says_something, (cell.strip(_WRAPPED) for cell in _CELLS.split(text))))
    if not cells:
        return "", ""
    name, version = _parted(" ".join(cells[0].split()))
    name, of_page = _repository(name)
    beside = next(filter(VERSION.fullmatch, cells[1:]), "")
    return name, version or of_page or beside


def _says_something(cell: str) -> bool:
    return any(letter.isalnum() for letter in cell)


def _parted(text: str) -> Member:
    found = _VERSIONED.fullmatch(text) if len(text) <= _LONGEST else None
    return (found["name"].rstrip(_WRAPPED), found["version"]) if found else (text, "")


def _repository(name: str) -> Member:
    """owner/name where this is an address on GitHub, elsewhere its last part; and the version that the page is of."""
    found = _ADDRESS.fullmatch(name.strip("<>")) if len(name) <= _LONGEST else None
    if found is None:
        return name, ""
    path = found["path"].partition("/-/")[0].strip("/").split("/")
    if not found["host"].casefold().endswith("github.com"):
        return path[-1].removesuffix(".git"), ""
    if len(path) == 1:
        return name, ""
    repository = f"{path[0]}/{path[1].removesuffix('.git')}"
    page = _REFERENCE.fullmatch("/".join(path[2:]))
    if page is None:
        return repository, ""
    if page["folder"]:
        return f"{repository}/{page['folder']}", ""
    return repository, page["version"] if VERSION.fullmatch(page["version"]) else ""
