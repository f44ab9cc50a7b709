"""An action: one row of the dictionary of what can be asked and done, whoever asks and whichever way. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from models.actions.arguments import Argument
from models.messages.words import clip
from models.rules.authority import Power
from models.rules.speaking import Later, marked

_OURS = "core"
# What help lists last.
OPERATION = marked("People, extensions and operation")
Values = Mapping[str, Any]


class ActionKind(StrEnum):
    """A question reads and is answered; an act becomes an event that is recorded, and is answered too."""

    QUESTION = "question"
    ACT = "act"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How the words behind an action's name are read, and what is told of a word that is not understood.

    That word is shown as `echo` makes it, and `hint` follows; `nothing` is told in place of both if
    no word before it was understood. The arguments that may stand in any order stand in theirs if
    they are `in_order`, and `lower` reads capitals in them as small letters.
    """

    echo: Callable[[str], str] = clip
    hint: str = ""
    nothing: str = ""
    in_order: bool = False
    lower: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """What can be asked or done.

    `run` gets its arguments by name: a question's returns a Message, an act's the event to record.
    What an extension contributes is also given who asks, and answers itself. `takes` are its
    arguments: those up to the last required one stand in their order, the others behind them in
    any, and `reading` says how. `power` is what one needs for it where it is about others than
    oneself.

    Behind a name that is `also` its own, nothing is read. An action `within` another one is shown
    in help as a part of that, whose `usage` then is written by hand. `form` asks by a form for more
    than can be typed, before it is run, unless one of the values is `formless`. The whole answer to a
    question that is `inside` is for people of admitted workspaces; a `public` one is answered alike for
    everyone. What is `of_place` is about where messages go, and so for nobody who can be sent none.
    """

    name: str
    kind: ActionKind
    summary: str
    run: Callable[..., Any]
    takes: tuple[Argument, ...] = ()
    examples: tuple[str, ...] = ("",)
    power: Power = Power.ASK
    owner: str = _OURS
    reading: Reading = Reading()
    usage: str = ""
    within: str = ""
    also: tuple[str, ...] = ()
    form: Callable[..., Any] | None = None
    formless: tuple[Any, ...] = ()
    inside: bool = False
    public: bool = False
    of_place: bool = False
    group: str = OPERATION

    @property
    def is_contributed(self) -> bool:
        """Whether an extension answers it, in a process of its own."""
        return self.owner != _OURS

    @property
    def for_insiders(self) -> bool:
        """Whether a stranger is told no part of it."""
        return self.inside or self.kind is ActionKind.ACT

    @property
    def takes_lines(self) -> bool:
        """Whether the lines behind the first one are an argument, as they are."""
        return any(each.takes_lines for each in self.takes)

    @property
    def leading(self) -> tuple[Argument, ...]:
        """The arguments that stand in their order."""
        last = max((place for place, each in enumerate(self.takes, 1) if each.required), default=0)
        return self.takes[:last]

    @property
    def trailing(self) -> tuple[Argument, ...]:
        """The arguments that stand behind them, in any order."""
        return self.takes[len(self.leading) :]


@dataclass(frozen=True, slots=True)
class Asked:
    """An action with its arguments, each under its name; those that are left out are not there."""

    action: Action
    values: Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Misunderstood:
    """What was not written right: what is wrong, in words, and the action if it was clear which."""

    problem: str | Later
    action: Action | None = None


@dataclass(frozen=True, slots=True)
class NoAction:
    """The first word names no action.

    If it is a plugin, its status is meant: `status` is how it reads then. In prose a later one of the `words` may be.
    """

    words: tuple[str, ...]
    status: Asked | Misunderstood


Read = Asked | Misunderstood | NoAction


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed, pressed or filled in, and how it reads.

    It is read once, and handed on as this.
    """

    text: str
    read: Read

    @property
    def acts(self) -> bool:
        """Whether it changes something, so that asking it again by itself would do it again."""
        return isinstance(self.read, Asked) and self.read.action.kind is ActionKind.ACT

    @property
    def is_personal(self) -> bool:
        """Whether what comes of it depends on who asks and where, and so on what they may do and know."""
        match self.read:
            case Asked(action):
                return not action.public
            case NoAction():
                return True
            case Misunderstood():
                return False
