"""A command's usage, such as "NAME [on BRANCH]", read as Discord's typed options, and these as typed words. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.commands import quoted
from models.messages.help import CommandHelp

_PIECE = re.compile(r"\[[^\]]*\]|\S+")
_PREFIX = 2  # "/plugin" and the command
_LONGEST_NAME = 32
_NOT_IN_NAMES = re.compile(r"[^\w-]+")
_PLACEHOLDER = re.compile(r"@?[A-Z]{2,}")
_LABELLED = re.compile(r"(-?[a-z]+:)(.+)")
_NEEDS_QUOTES = re.compile(r"""[\s"'“”„‟«»‘’‚‛]""")
_REPEATED = re.compile(r"\s*(?:…|\.\.\.)$")


class Kind(StrEnum):
    """What an option is in Discord: words, one of a few words, yes or no, or somebody who can be mentioned."""

    WORDS = "words"
    CHOICE = "choice"
    FLAG = "flag"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Option:
    """One piece of a usage. `lead` is typed before its value, `glue` joined to it.

    `placeholder` is what the usage calls it ("NAME"), `words` what else may stand there; where it is `open`, the value
    may be several words and is typed as it is.
    """

    name: str
    shown: str
    kind: Kind = Kind.WORDS
    required: bool = False
    placeholder: str = ""
    words: tuple[str, ...] = ()
    lead: str = ""
    glue: str = ""
    open: bool = False


def read_usage(command: CommandHelp) -> tuple[Option | str, ...]:
    """The pieces of the usage after the command's name, in their order; a string is a word that is always typed."""
    rest = command.usage.split(maxsplit=_PREFIX)[_PREFIX:]
    pieces: list[Option | str] = []
    for piece in _PIECE.findall(rest[0] if rest else ""):
        required = not piece.startswith("[")
        inside = piece if required else piece[1:-1].strip()
        pieces.append(inside if required and _is_literal(inside) else _option(inside, pieces, required=required))
    return tuple(pieces)


def typed(command: str, pieces: Sequence[Option | str], given: Mapping[str, object]) -> str:
    """What somebody would type after /plugin who gives these values."""
    words = [command]
    for piece in pieces:
        if isinstance(piece, str):
            words.append(piece)
        elif (value := given.get(piece.name)) not in {None, False, ""}:
            words += [piece.lead] if piece.lead else []
            words.append(piece.glue if value is True else _value(piece, str(value).strip()))
    return " ".join(words)


def _value(option: Option, value: str) -> str:
    whole = option.glue + value
    if option.open or value in option.words or not _NEEDS_QUOTES.search(whole):
        return whole
    return quoted(whole)


def _is_literal(inside: str) -> bool:
    return "|" not in inside and not _PLACEHOLDER.search(inside) and not _LABELLED.fullmatch(inside)


def _option(inside: str, before: Sequence[Option | str], *, required: bool) -> Option:
    shown, repeated = _REPEATED.subn("", inside)
    first, *others = shown.split("|")
    *lead, first = first.split(" ") if not _is_flag(shown) else (shown,)
    alternatives = (first, *others)
    placeholder = next((found[0] for word in alternatives if (found := _PLACEHOLDER.match(word))), "")
    labelled = _LABELLED.fullmatch(first) if len(alternatives) == 1 else None
    kind = _kind(placeholder, flag=_is_flag(shown), free=bool(labelled or repeated))
    return Option(
        name=_name(labelled[1] if labelled else placeholder, lead, alternatives, before),
        shown=inside,
        kind=kind,
        required=required,
        placeholder=placeholder,
        words=tuple(word for word in alternatives if not _PLACEHOLDER.search(word)) if not labelled else (),
        lead=" ".join(lead),
        glue=labelled[1] if labelled else shown if kind is Kind.FLAG else "",
        open=bool(repeated),
    )


def _is_flag(shown: str) -> bool:
    return _is_literal(shown) and " " not in shown


def _kind(placeholder: str, *, flag: bool, free: bool) -> Kind:
    if placeholder.startswith("@"):
        return Kind.PERSON
    if flag:
        return Kind.FLAG
    return Kind.WORDS if placeholder or free else Kind.CHOICE


def _name(called: str, lead: Sequence[str], alternatives: Sequence[str], before: Sequence[Option | str]) -> str:
    """A name that Discord takes and that no option before has."""
    negative = "no-" if (called or alternatives[0]).startswith("-") else ""
    joined = "-or-".join(alternatives) if len(alternatives) <= 2 else "which"
    taken = {option.name for option in before if isinstance(option, Option)}
    wishes = (called, *lead[-1:], joined, alternatives[0])
    names = (negative + _NOT_IN_NAMES.sub("-", wish).strip("-").lower() for wish in wishes if wish)
    free = next((name[:_LONGEST_NAME] for name in names if name and name not in taken), "")
    return free or f"more{len(taken)}"
