"""A set of plugins as people have it: a list, `git clone` commands, an app.yml, or what a package manager wrote."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import yaml

from models.metadata.frozen_sets import frozen
from models.rules.clones import CONTINUED, IS_CLONE, IS_COMMAND, Clones
from models.rules.ecosystems import Ecosystem
from models.rules.namesakes import has_prefix, parted, prefixed
from models.rules.redact import redact
from models.rules.wanted import MOST, Member, member_of, members_in

# The largest app.yml that people show have some 20 KB.
LONGEST = 64 * 1024

_LONGEST_NAME = 200
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_OF_CONTAINERS = re.compile(
    r"^[ \t]*(?:hooks|templates|params|env|environment|run|expose|volumes)[ \t]*:", re.MULTILINE
)
# People send a file between the marks that chats and Markdown have for code.
_FENCE = re.compile(r"^[ \t]*+(?:```|~~~)[ \t]*+\w*+[ \t]*+$", re.MULTILINE)
# A line of a container's file that is shown in part, which may say a password.
_KEYED = re.compile(r"\s*(?:- )?[\w.-]+\s*:(?:\s|$)")
# What chats and word processors make of what was typed.
_AS_TYPED = str.maketrans("“”‘’\u00a0", "\"\"'' ", "\ufeff\u200b")
# Each level makes libyaml slower with each letter; an app.yml has seven.
_DEEPEST = 50


@dataclass(frozen=True, slots=True)
class WantedSet:
    """The plugins, each with the version that is wanted of it, and those that come from a branch of theirs.

    Names without a prefix are those of the `ecosystem`, where the kind of file says of which.
    """

    members: tuple[Member, ...]
    branches: tuple[tuple[str, str], ...] = ()
    ecosystem: Ecosystem | None = None

    @property
    def lines(self) -> list[str]:
        """The same as a list, one a line, that is read as the same plugins."""
        return [" ".join(filter(None, (self._prefixed(name), at))) for name, at in self.members]

    def _prefixed(self, name: str) -> str:
        if self.ecosystem is None or not has_prefix(self.ecosystem):
            return name
        is_bare = "/" not in name and parted(name)[0] is None
        return prefixed(name, self.ecosystem) if is_bare else name


NO_SET = WantedSet(())


def is_container_file(text: str) -> bool:
    """Whether this looks like an app.yml, which may hold passwords and tokens."""
    return bool(_OF_CONTAINERS.search(text))


def read_set(text: str) -> WantedSet:
    """Read a set of plugins, one or more a line, what a container's hooks clone, or what a package manager wrote.

    Raises:
        ValueError: it names no plugin or too many, or is no valid YAML; the words say so.
    """
    if len(text) > LONGEST:
        raise ValueError(f"That is longer than {LONGEST // 1024} KiB; leave out what is no plugin")
    plain = _FENCE.sub("", text.replace("\r\n", "\n").translate(_AS_TYPED))
    packages, ecosystem = frozen(plain)
    if packages:
        found = WantedSet(tuple(map(_named, packages)), ecosystem=ecosystem)
    elif is_container_file(plain):
        found = _of_container(plain)
    elif IS_CLONE.search(plain):
        found = _of_commands(_texts(plain))
    else:
        found = WantedSet(_of_lines(plain.splitlines()))
    if not found.members:
        raise ValueError("This names no plugin")
    if len(found.members) > MOST:
        raise ValueError(f"{len(found.members):,} plugins are too many: {MOST} at the most")
    return _redacted(found)


def _named(package: Member) -> Member:
    """The same on one line, where it is an address by owner and name."""
    name, version = (" ".join(each.split())[:_LONGEST_NAME] for each in package)
    return (member_of(name)[0], version) if "/" in name else (name, version)


def _redacted(found: WantedSet) -> WantedSet:
    """The same without secrets: what was taken for a plugin's name is shown, and stands in a link."""
    names = "\n".join(name for name, _ in found.members)
    if redact(names) == names:
        return found
    members = tuple((redact(name), version) for name, version in found.members)
    branches = tuple((redact(name), branch) for name, branch in found.branches)
    return replace(found, members=members, branches=branches)


def _of_lines(lines: Iterable[str]) -> tuple[Member, ...]:
    kept = _without_headers(list(lines))
    return tuple(chain.from_iterable(map(members_in, kept)))


def _without_headers(lines: Sequence[str]) -> Iterator[str]:
    """The lines, without the first row of a Markdown table: the one above |---|."""
    for number, line in enumerate(lines):
        ruled = _is_rule(lines[number + 1]) if number + 1 < len(lines) else False
        if not ruled or "|" not in line or (number and "|" in lines[number - 1]):
            yield line


def _is_rule(line: str) -> bool:
    return {"|", "-"} <= set(line) <= set(" \t|:-")


def _of_container(text: str) -> WantedSet:
    clones = Clones()
    try:
        for command in _scalars(text):
            clones.read(command)
    except yaml.YAMLError as error:
        # Whoever copies it from a page often loses how lines are indented.
        for line in text.splitlines():
            if IS_CLONE.search(line):
                clones.read(line.lstrip("- \t"))
        if clones.found:
            return _cloned(clones, ())
        mark = getattr(error, "problem_mark", None)
        line = f" (line {mark.line + 1})" if mark else ""
        raise ValueError(f"This is no valid YAML{line}") from error
    if not clones.found:
        raise ValueError("This app.yml clones no plugin: under its hooks there is no “git clone”")
    return _cloned(clones, ())


def _of_commands(texts: Iterable[str]) -> WantedSet:
    """What commands clone, and what stands between them."""
    clones = Clones()
    others: list[str] = []
    for text in texts:
        if IS_CLONE.search(text) or IS_COMMAND.match(text):
            clones.read(text)
        elif not _KEYED.match(text):
            others.append(text)
    return _cloned(clones, _of_lines(others))


def _cloned(clones: Clones, others: tuple[Member, ...]) -> WantedSet:
    branches = tuple((each.name, each.branch) for each in clones.found if each.branch)
    members = (*(each.member for each in clones.found), *others)
    return WantedSet(members, branches, Ecosystem.DISCOURSE)


def _texts(text: str) -> Sequence[str]:
    """The texts of a YAML list. Of a text that is no list, its lines, where continued lines are one."""
    lines = text.splitlines()
    is_list = text.lstrip().startswith("- ") and not any(map(_KEYED.match, lines))
    try:
        found = list(_scalars(text)) if is_list else []
    except yaml.YAMLError:
        found = []
    return found or CONTINUED.sub(" ", text).splitlines()


def _scalars(text: str) -> Iterator[str]:
    """The texts in YAML. Its events are read in place of a loaded document, so that aliases multiply nothing.

    Raises:
        ValueError: it is nested deeper than any app.yml.
    """
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise ValueError(
                f"This is nested deeper than {_DEEPEST} levels; leave out what is no plugin"
            )
        if isinstance(event, yaml.ScalarEvent):
            yield event.value
