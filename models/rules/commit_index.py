"""What a commit of the host or of a plugin touches, by the forms in which errors name it."""

import re
from dataclasses import dataclass
from itertools import chain

from models.rules.clues import JOINED, Clue, ClueKind, bare, is_name, module, parts_of, words_in

_IN_TITLE = 11.0
_NAME = 10.0
_PLAIN = 5.0
_MODULE = 10.0
_STEM = 6.0
_FILE = 4.0
_SHARED = 6.0
_PHRASE = 3.0
_TITLE_WORD = 2.0
_WORD = 0.75
_GONE = 1.25  # how much more it counts that a commit removes it

_REMOVES = re.compile(
    r"\b(?:remov(?:es?|ed|al|ing)|drop(?:s|ped)?|delet(?:es?|ed)|renam(?:es?|ed|ing)|replac(?:es?|ed)"
    r"|deprecat\w*|revert(?:s|ed)?|convert(?:s|ed)?|migrat(?:es?|ed))\b",
    re.IGNORECASE,
)
# What frameworks add to a thing's name to name the file, or the class, that it is made in.
_KINDS = re.compile(
    r"(?:component|controller|serializer|initializer|model|view|route|mixin|helper|spec|test|setting)s?$"
)
_TESTS = re.compile(r"(?:^|/)(?:spec|tests?)/")
_NAME_IN_TITLE = re.compile(r"[A-Za-z_][\w.:#-]*[?!]?")


@dataclass(frozen=True, slots=True)
class CommitRead:
    """A commit as GitHub shows it: its files, and the names that its changed lines hold.

    `gone` are those of both that it leaves nowhere.
    """

    sha: str
    title: str
    files: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    gone: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CommitTouch:
    """That a commit touches what a clue names: how much this says, and what it touches, in words.

    It is a `hint` where only a frame names it.
    """

    weight: float
    reason: str
    hint: bool = False


class CommitIndex:
    """Finds what a commit touches."""

    def __init__(self, commit: CommitRead) -> None:
        self.commit = commit
        self._removes = _REMOVES.search(commit.title) is not None
        self._modules = {module(file): file for file in commit.files if not _TESTS.search(file)}
        self._stems = {_stem(path): file for path, file in self._modules.items()}
        self._names: dict[str, str] = {}
        for name in commit.names:
            self._names |= dict.fromkeys(map(bare, parts_of(name)), name)
        titled = chain.from_iterable(map(parts_of, _NAME_IN_TITLE.findall(commit.title)))
        self._in_title = {
            bare(part): part for part in titled if is_name(part) or JOINED.search(part)
        }
        self._title_words = set(words_in(commit.title))
        texts = (*commit.names, *self._stems)
        self._words = set(chain.from_iterable(map(words_in, texts))) - self._title_words

    def find(self, clue: Clue) -> CommitTouch | None:
        """Where the commit touches it; None if it does not."""
        match clue.kind:
            case ClueKind.NAME:
                return self._named(clue)
            case ClueKind.FILE:
                return self._file(clue)
            case ClueKind.FRAME:
                return self._frame(clue)
            case ClueKind.SHARED:
                return self._shared(clue)
            case ClueKind.PHRASE:
                return self._phrase(clue)
            case ClueKind.WORD:
                return self._word(clue)

    def _named(self, clue: Clue) -> CommitTouch | None:
        if clue.form in self._in_title:
            return self._found(_IN_TITLE, clue.text)
        if name := self._names.get(clue.form):
            return self._found(_NAME if is_name(name) else _PLAIN, name)
        if file := self._stems.get(_KINDS.sub("", clue.form) or clue.form):
            return self._found(_STEM, file)
        return None

    def _file(self, clue: Clue) -> CommitTouch | None:
        is_frame = clue.text.endswith(".rb")
        if file := self._modules.get(clue.form):
            # That a frame's file is touched is no more than a hint, whatever the title says.
            return _hint(file) if is_frame else self._found(_MODULE, file)
        if clue.form in self._names:
            return self._found(_NAME, self._names[clue.form])
        return None

    def _frame(self, clue: Clue) -> CommitTouch | None:
        touched = self._in_title.get(clue.form) or self._names.get(clue.form)
        return _hint(touched) if touched else None

    def _shared(self, clue: Clue) -> CommitTouch | None:
        touched = self._in_title.get(clue.form) or self._names.get(clue.form)
        if not touched:
            return None
        found = self._found(_SHARED, touched)
        return CommitTouch(
            found.weight, f"{found.reason}, which what broke uses and what works does not"
        )

    def _phrase(self, clue: Clue) -> CommitTouch | None:
        for form, touched in (self._in_title | self._stems | self._names).items():
            if clue.form in form:
                return self._found(_PHRASE, touched)
        return None

    def _word(self, clue: Clue) -> CommitTouch | None:
        if clue.form in self._title_words:
            return CommitTouch(_TITLE_WORD, f"its title says {clue.form}")
        if clue.form in self._words:
            return CommitTouch(_WORD, f"touches {clue.form}")
        return None

    def _found(self, weight: float, touched: str) -> CommitTouch:
        is_gone = touched in self.commit.gone
        verb = "removes" if is_gone else "touches"
        stronger = _GONE if is_gone or self._removes else 1.0
        return CommitTouch(weight * stronger, f"{verb} `{touched}`")


def _hint(touched: str) -> CommitTouch:
    return CommitTouch(_FILE, f"touches `{touched}`", hint=True)


def _stem(path: str) -> str:
    stem = bare(path.rpartition("/")[2])
    return _KINDS.sub("", stem) or stem
