"""Which plugins somebody means: a name, a repository's address or a line of a list, and a version with it. Pure."""

import re

from models.rules.namesakes import parted, prefixed

MOST = 500  # plugins; the largest sites have some 150

Member = tuple[
    str, str
]  # what names the plugin, and the version or commit that is wanted of it, or nothing

VERSION = re.compile(r"v?[0-9][\w.+-]*|[0-9a-f]{7,40}", re.ASCII | re.IGNORECASE)

_LONGEST = 500  # of a line that names a plugin; what is longer names none
_BULLETS = re.compile(r"^(?:(?:[-*+•‣]|\d{1,3}[.)]|\[[ xX]?\]) )+")
_LINK = re.compile(r"\[([^\[\]]*)\]\(([^()\s]+)\)")
_CELLS = re.compile(r"[|\t]")
_WRAPPED = " \t\"'`*[]{}"
# What people write between a plugin and its version: nothing, @, ==, a colon, a dash, or brackets around it.
_VERSIONED = re.compile(
    r"(?P<name>.+?)(?: ?(?:@|={1,3}|:|#) ?| [-–—] | | ?\()(?:version |\()?"
    rf"(?P<version>{VERSION.pattern})\)?",
    re.ASCII | re.IGNORECASE,
)
# A range of versions, as Python's requirements have it, is no version that is wanted.
_RANGE = re.compile(r"(?P<name>[^\s<>~!=]*)\s?(?:[<>]=?|[~!]=)\s?[\w.*+!-]+", re.ASCII)
_ADDRESS = re.compile(
    r"(?:(?:https?|git|ssh)://(?:[^\s/@]*@)?|[\w.-]+@)?(?P<host>(?:[\w-]+\.)+[a-z]+)(?::\d+)?[:/]+"
    r"(?P<path>[^\s?#]+)(?:[?#]\S*)?",
    re.ASCII | re.IGNORECASE,
)
# Jenkins' way to want no certain version.
_NEWEST = re.compile(r"(?<=\w):(?:latest|experimental)$")
# A folder of this machine, or of the host.
_PATH = re.compile(r"(?:\.{0,2}/(?!/)|~/|plugins/)[\w./-]*\w/?|[\w.-]+/")
# Who logs in, and with what: everything before the last @ of a host.
_LOGIN = re.compile(r"(?<=://)[^\s/]*@|^[^\s/@:]+:[^\s/]*@")
_LIKE_ADDRESS = re.compile(r".*://.*|[^\s/@]*+@\S*[/:].*|//.*@.*")
_SETTING = re.compile(r"(?:export )?[A-Z][A-Z\d]*_[A-Z\d_]*\s*[:=]")
_REFERENCE = re.compile(r"(?:tree|commit|releases/tag)/(?P<version>[^/]+)/?(?P<folder>.*)")
# What stands between a link to a plugin and the next one: a version, and a comma or the like.
_AFTER_LINK = re.compile(
    rf"(?:\W{{0,3}}(?P<version>{VERSION.pattern})\)?(?=[\s,;]|$))?\s*(?:[,;&]|and\b)?\s*",
    re.ASCII | re.IGNORECASE,
)
_COMMENT = re.compile(r"(?:^|\s)#.*")
_SEPARATORS = re.compile(r"[,;]")


def members_in(line: str) -> list[Member]:
    """The plugins that a line of a list names: several with commas between.

    None in a heading, in a comment, or where a variable is set, which may be a password.
    """
    text = _BULLETS.sub("", _COMMENT.sub("", line).strip(), count=1)
    if _SETTING.match(text):
        return []
    if _LINK.match(text):
        return _linked(text)
    parts = map(member_of, _SEPARATORS.split(text))
    return [(name, version) for name, version in parts if name and not name.endswith(":")]


def word_by_word(member: Member) -> list[Member]:
    """The same text as a list with blanks between the names, some of them with a version behind."""
    found: list[Member] = []
    for word in " ".join(member).split():
        if found and VERSION.fullmatch(word):
            found[-1] = (found[-1][0], word)
        else:
            found.append((word, ""))
    return found


def _linked(text: str) -> list[Member]:
    """The plugins of the links that a line begins with; other text after one describes it."""
    found: list[Member] = []
    at = 0
    while linked := _LINK.match(text, at):
        name, version = member_of(linked[2] if "/" in linked[2] else linked[1])
        at = linked.end()
        if after := _AFTER_LINK.match(text, at):
            version, at = version or after["version"] or "", after.end()
        if name:
            found.append((name, version))
    return found


def member_of(text: str) -> Member:
    """What names the plugin in such a text, and its version; an address becomes owner/name."""
    cells = list(filter(_says_something, (cell.strip(_WRAPPED) for cell in _CELLS.split(text))))
    if not cells:
        return "", ""
    ecosystem, rest = _of_ecosystem(" ".join(cells[0].split()))
    name, version = _parted(_LOGIN.sub("", rest))
    if _PATH.fullmatch(name):
        name = name.rstrip("/").rpartition("/")[2]
    name, of_page = _repository(name)
    beside = next(filter(VERSION.fullmatch, cells[1:]), "")
    if ecosystem and name and "/" not in name:
        name = prefixed(name, ecosystem)
    return name, version or of_page or beside


def _of_ecosystem(text: str) -> tuple[str | None, str]:
    """The ecosystem before a plugin's name, and the rest; `python:3.9` is a name and its version."""
    ecosystem, rest = parted(text)
    return (None, text) if VERSION.fullmatch(rest) else (ecosystem, rest)


def _says_something(cell: str) -> bool:
    return any(letter.isalnum() for letter in cell)


def _parted(text: str) -> Member:
    text = _NEWEST.sub("", text)
    if len(text) <= _LONGEST and (ranged := _RANGE.fullmatch(text)):
        return ranged["name"], ""
    found = _VERSIONED.fullmatch(text) if len(text) <= _LONGEST else None
    return (found["name"].rstrip(_WRAPPED), found["version"]) if found else (text, "")


def _repository(name: str) -> Member:
    """The owner/name of an address on GitHub, or the last part of another address; and the version that its page shows.

    What only looks like an address is treated the same: the rest of it may hold a password.
    """
    found = _ADDRESS.fullmatch(name.strip("<>")) if len(name) <= _LONGEST else None
    if found is None:
        return (_last_part(name) if _LIKE_ADDRESS.fullmatch(name) else name), ""
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


def _last_part(address: str) -> str:
    _, scheme, rest = address.rpartition("://")
    path = re.split(r"[?#]", rest.rpartition("@")[2])[0].rstrip("/>")
    host, slash, path = path.rpartition("/")
    if not slash:  # git@host:name, or a host alone with its port, or with what may be a password
        host, colon, name = path.partition(":")
        path = name if colon and not scheme else host
    return path.removesuffix(".git")
