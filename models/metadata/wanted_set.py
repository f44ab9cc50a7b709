"""A set of plugins as people have it: a list, `git clone` commands, or the app.yml of a Discourse container."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import yaml

from models.rules.clones import CONTINUED, IS_CLONE, IS_COMMAND, Clones
from models.rules.wanted import MOST, Member, members_in

# The largest app.yml that people show have some 20 KB.
LONGEST = 64 * 1024

_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_OF_CONTAINERS = re.compile(r"^(?:hooks|templates|params)\s*:", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class WantedSet:
    """The plugins, each with the version that is wanted of it, and those that come from a branch of theirs."""

    members: tuple[Member, ...]
    branches: tuple[tuple[str, str], ...] = ()


def is_container_file(text: str) -> bool:
    """Whether this looks like an app.yml, which may hold passwords and tokens."""
    return bool(_OF_CONTAINERS.search(text))


def read_set(text: str) -> WantedSet:
    """Read a set of plugins, one or more a line, or what a container's hooks clone.

    Raises:
        ValueError: it names no plugin or too many, or is no valid YAML; the words say so.
    """
    if len(text) > LONGEST:
        raise ValueError(f"That is longer than {LONGEST // 1024} KiB; leave out what is no plugin")
    plain = text.removeprefix("\ufeff")
    if is_container_file(plain):
        found = _of_container(plain)
    elif IS_CLONE.search(plain):
        found = _of_commands(_texts(plain))
    else:
        found = WantedSet(_of_lines(plain.splitlines()))
    if not found.members:
        raise ValueError("This names no plugin")
    if len(found.members) > MOST:
        raise ValueError(f"{len(found.members):,} plugins are too many: {MOST} at the most")
    return found


def _of_lines(lines: Iterable[str]) -> tuple[Member, ...]:
    return tuple(chain.from_iterable(map(members_in, lines)))


def _of_container(text: str) -> WantedSet:
    clones = Clones()
    try:
        for command in _scalars(text):
            clones.read(command)
    except yaml.YAMLError as error:
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
        else:
            others.append(text)
    return _cloned(clones, _of_lines(others))


def _cloned(clones: Clones, others: tuple[Member, ...]) -> WantedSet:
    branches = tuple((each.name, each.branch) for each in clones.found if each.branch)
    return WantedSet((*(each.member for each in clones.found), *others), branches)


def _texts(text: str) -> Sequence[str]:
    """The texts of a YAML list; of what is none, its lines, those that go on with the next one as one."""
    try:
        found = list(_scalars(text)) if text.lstrip().startswith("- ") else []
    except yaml.YAMLError:
        found = []
    return found or CONTINUED.sub(" ", text).splitlines()


def _scalars(text: str) -> Iterator[str]:
    """The texts in YAML. Its events are read in place of a loaded document, so that aliases multiply nothing."""
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, yaml.ScalarEvent):
            yield event.value
