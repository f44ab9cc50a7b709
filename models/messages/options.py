"""What people are told of the options of extensions. No secret's value is known here."""

from collections.abc import Iterable, Sequence

from models.messages.message import Message, Table, Text, Tone
from models.messages.words import clip

_LONGEST = 100


def options_message(name: str, handle: str, rows: Sequence[tuple[str, ...]]) -> Message:
    """Each option: what it is about, its value, and who may set it where."""
    if not rows:
        return Message(f"{clip(name)} has no options")
    told = tuple(tuple(clip(cell, _LONGEST) for cell in row) for row in rows)
    table = Table(("Option", "About", "Value", "Set by"), told)
    how = f"To set one: /plugin extension set {handle} OPTION VALUE; without a value it is as usual again"
    return Message(f"The options of {clip(name)}", Tone.INFO, (table, Text(how, quiet=True)))


def option_set(name: str, option: str, value: str, *, changed: bool) -> Message:
    """It has this value from now on, or its usual one."""
    now = "from now on" if changed else "already"
    said = f"is “{clip(value, _LONGEST)}”" if value else "is as usual"
    return Message(f"{option} of {clip(name)} {said} {now}")


def unknown_option(option: str, known: Iterable[str]) -> Message:
    """There is no such option."""
    there = ", ".join(sorted(known)) or "none"
    return Message(f"There is no option “{clip(option)}”", blocks=(Text(f"There are: {there}"),))


def of_operators(handle: str, option: str) -> Message:
    """It is set at the machine alone."""
    where = f"EXTENSION_{handle}_{option}".upper()
    words = Text(f"Whoever operates Pluginwatch sets {where}.")
    return Message(f"{clip(option)} is not set in chat", Tone.WARNING, (words,))


def wrong_value(option: str, why: str) -> Message:
    """It cannot have that value."""
    return Message(f"{clip(option)} {why}", Tone.WARNING)
