"""How the words after a command are read: what a command can hold, and the readers that commands share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from models.messages.words import clip
from models.rules.filters import Style, Wanted

QUOTE_NAMES = "; a name with spaces needs quotes"
_LABEL = "label:"
_ISSUE_STATES = ("open", "closed")


@dataclass(frozen=True, slots=True)
class Command:
    """A command in full. `subject` is the plugin, filter, server or command that it is about; `branch` a host branch.

    `state` and `label` say which issues are meant; `length` is a mute's, None until it is fixed, and `reason` why it is
    wanted. `verb` says whether `role` is given to `whom`, as the platform writes somebody, or taken. `wanted`
    is what to follow, and `style` how a channel is told. `files` and `closes` say what becomes of issues.
    """

    name: str
    subject: str = ""
    branch: str = ""
    state: str = ""
    label: str = ""
    length: timedelta | None = None
    reason: str = ""
    verb: str = ""
    role: str = ""
    whom: str = ""
    wanted: Wanted = field(default_factory=Wanted)
    style: Style = field(default_factory=Style)
    files: bool | None = None
    closes: bool | None = None


@dataclass(frozen=True, slots=True)
class Misunderstood:
    """A command that was not written right: what is wrong, in words, and the command if it was clear which."""

    problem: str
    name: str = ""


Reader = Callable[[str, Sequence[str]], Command | Misunderstood]


def nothing(name: str, words: Sequence[str]) -> Command | Misunderstood:
    """No words may follow."""
    return extra(name, words) if words else Command(name)


def one_name(name: str, words: Sequence[str]) -> Command | Misunderstood:
    """A plugin's name, and no more."""
    if not words or not words[0].strip():
        return Misunderstood(f"{name} needs the name of a plugin", name)
    return extra(name, words[1:], QUOTE_NAMES) if words[1:] else Command(name, words[0])


def name_on_branch(name: str, words: Sequence[str]) -> Command | Misunderstood:
    """A plugin's name, and perhaps a host branch."""
    if len(words) < 2 or words[1].casefold() != "on":
        return one_name(name, words)
    if len(words) == 2:
        return Misunderstood("“on” needs a host branch, such as tests-passed, beta or stable", name)
    return extra(name, words[3:], QUOTE_NAMES) if words[3:] else Command(name, words[0], words[2])


def name_and_issues(name: str, words: Sequence[str]) -> Command | Misunderstood:
    """A plugin's name, and which of its issues."""
    command = one_name(name, words[:1])
    if isinstance(command, Misunderstood):
        return command
    state, label, rest = _ISSUE_STATES[0], "", list(words[1:])
    while rest:
        word = rest.pop(0)
        if word.casefold() in _ISSUE_STATES:
            state = word.casefold()
        elif not word.casefold().startswith(_LABEL):
            return extra(name, [word], QUOTE_NAMES)
        else:
            # In label:"needs info" the quotes begin a word of their own.
            label = word[len(_LABEL) :].strip() or (rest.pop(0).strip() if rest else "")
            if not label:
                return Misunderstood("“label:” needs the name of a label; one with spaces needs quotes", name)
    return replace(command, state=state, label=label)


def all_words(name: str, words: Sequence[str]) -> Command | Misunderstood:
    """Whatever follows, as it stands."""
    return Command(name, " ".join(words).strip())


def maybe_word(name: str, words: Sequence[str]) -> Command | Misunderstood:
    """One word in lower case, or none."""
    if len(words) > 1:
        return extra(name, words[1:])
    return Command(name, words[0].casefold() if words else "")


def extra(name: str, words: Sequence[str], hint: str = "") -> Misunderstood:
    """More words than are understood."""
    return Misunderstood(f"“{clip(words[0])}” was not understood{hint}", name)
