"""Which plugins `git clone` commands fetch, as they stand in Discourse's app.yml and in notes. Pure."""

import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from models.rules.wanted import VERSION, Member, member_of

IS_CLONE = re.compile(r"\bgit\b[^\n]{0,200}?\bclone\b|\bplugin:install\b")
# What else stands in scripts, in a container's file, and in the instructions of a Dockerfile.
IS_COMMAND = re.compile(
    r"""\s*(?:[A-Z][A-Z\d_]*=\S*\s+)*(?:
        (?:cd|git|mkdir|rm|sudo|su|pushd|popd|set|export|source|echo|cp|mv|ln|ls|touch|chown|chmod|if|then|else|fi|for|do
        |done|bash|sh|bundle|rake|rails|gem|yarn|pnpm|npm|apt|apt-get|apk|docker|vim?|nano|exit
        |FROM|RUN|WORKDIR|ADD|COPY|ENTRYPOINT|CMD|EXPOSE|ENV|USER|ARG|LABEL|VOLUME|SHELL)(?=[\s;&]|$)
        | \.{0,2}/\S | \#! )""",
    re.VERBOSE,
)

_OPERATORS = ";&|()"
CONTINUED = re.compile(r"\\\r?\n\s*")
# https://git-scm.com/docs/git-clone and /docs/git: options whose value is a word of its own.
_WITH_VALUES = frozenset(
    {
        "-b", "--branch", "--depth", "-o", "--origin", "-j", "--jobs", "--reference", "-c", "--config",
        "--filter", "--template", "-u", "--upload-pack", "--separate-git-dir", "--shallow-since",
        "--shallow-exclude", "--server-option", "-C", "-B",
    }
)  # fmt: skip
_SHELLS = frozenset({"su", "sh", "bash"})
_INSTALLED = "repo="
_MOVING = frozenset({"checkout", "reset", "switch"})
_BRANCH_OPTIONS = ("-b", "--branch")
# What a clone has of itself.
_USUAL = frozenset({"", "HEAD", "main", "master"})


@dataclass(frozen=True, slots=True)
class Clone:
    """A plugin that is fetched: what names it, its version or commit, or the branch where that is not the usual one."""

    name: str
    version: str = ""
    branch: str = ""

    @property
    def member(self) -> Member:
        """As it is wanted of a set."""
        return self.name, self.version


class Clones:
    """Reads commands in turn; what is checked out later counts for the clone in that directory."""

    def __init__(self) -> None:
        self._by_directory: dict[str, Clone] = {}

    @property
    def found(self) -> tuple[Clone, ...]:
        """All of them, in their order."""
        return tuple(self._by_directory.values())

    def read(self, command: str) -> None:
        """Take up what a command of the shell does, of one line or several."""
        here = ""
        for words in _commands(command):
            if words[0] in {"cd", "pushd"} and len(words) > 1:
                here = _last(words[1])
            elif inner := _run_by_shell(words):
                self.read(inner)
            elif "plugin:install" in words:
                self._install(words)
            elif at := next((i for i, each in enumerate(words, 1) if _last(each) == "git"), 0):
                self._git(words[at:], here)

    def _install(self, words: Sequence[str]) -> None:
        """Discourse's own way: rake plugin:install repo=ADDRESS."""
        for word in words:
            if word.startswith(_INSTALLED):
                name, version = member_of(word.removeprefix(_INSTALLED))
                self._by_directory[_last(name)] = Clone(name, version)

    def _git(self, words: Sequence[str], here: str) -> None:
        options, (action, *_) = _split(words)
        here = _last(options.get("-C", here))
        rest = words[words.index(action) + 1 :] if action else ()
        options, (first, *more) = _split(rest)
        if action == "clone" and first:
            name, version = member_of(first)
            directory = _last(next(filter(None, more), first)).removesuffix(".git")
            branch = next(filter(None, map(options.get, _BRANCH_OPTIONS)), "")
            self._by_directory[directory] = _at(Clone(name, version), branch)
            return
        is_whole = not more and "--" not in rest  # else single files are taken from there
        if action in _MOVING and is_whole and here in self._by_directory:
            self._by_directory[here] = _at(self._by_directory[here], first)


def _run_by_shell(words: Sequence[str]) -> str:
    """The commands that a shell is handed, as in su discourse -c 'git clone …'; empty where there are none."""
    is_shells = False
    for place, word in enumerate(words):
        if word == "-c" and is_shells and words[place - 1] != "git":
            return "".join(words[place + 1 : place + 2])
        is_shells = is_shells or _last(word) in _SHELLS
    return ""


def _at(clone: Clone, reference: str) -> Clone:
    """The clone at a tag, commit or branch."""
    name = reference.removeprefix("tags/").removeprefix("origin/")
    if name in _USUAL:
        return clone
    if VERSION.fullmatch(name):
        return replace(clone, version=name, branch="")
    return replace(clone, version="", branch=name)


def _split(words: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """The options with their values, and the other words: at least one, which may be empty."""
    options: dict[str, str] = {}
    others: list[str] = []
    left = list(words)
    while left:
        word = left.pop(0)
        name, equals, value = _option(word)
        if not word.startswith("-"):
            others.append(word)
        elif equals or name not in _WITH_VALUES:
            options[name] = value
        elif left:
            options[name] = left.pop(0)
    return options, others or [""]


def _option(word: str) -> tuple[str, str, str]:
    """Its name, what parts it from its value, and that, as in --branch=v1.2 and -bv1.2; parted by nothing, no value."""
    short = word[:2]
    if short in _WITH_VALUES and len(word) > len(short):
        return short, " ", word[2:]
    return word.partition("=")


def _commands(text: str) -> Iterator[list[str]]:
    """The simple commands of a text for the shell, as words."""
    for line in CONTINUED.sub(" ", text).splitlines():
        command: list[str] = []
        for word in [*_words(line.partition(" #")[0]), ";"]:
            if word.strip(_OPERATORS):
                command.append(word)
            elif command:
                yield command
                command = []


def _words(line: str) -> list[str]:
    if line.lstrip().startswith("#"):
        return []
    reader = shlex.shlex(line, posix=True, punctuation_chars=_OPERATORS)
    reader.whitespace_split = True
    reader.commenters = ""
    try:
        return list(reader)
    except ValueError:  # a quote that is not closed
        return line.split()


def _last(path: str) -> str:
    return PurePosixPath(path).name
