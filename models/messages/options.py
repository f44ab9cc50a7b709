"""What people are told of the options of extensions. No secret's value is known here."""

from collections.abc import Iterable, Sequence

from models.messages.message import Message, Table, Text, Tone
from models.messages.words import clip
from models.rules.speaking import marked, say

_LONGEST = 100

# By whether it has a value of its own, and whether that is new.
_SET = {
    (True, True): marked("{option} of {name} is “{value}” from now on"),
    (True, False): marked("{option} of {name} is “{value}” already"),
    (False, True): marked("{option} of {name} is as usual from now on"),
    (False, False): marked("{option} of {name} is as usual already"),
}


def options_message(name: str, handle: str, rows: Sequence[tuple[str, ...]]) -> Message:
    """Each option: what it is about, its value, and who may set it where."""
    if not rows:
        return Message(say("{name} has no options", name=clip(name)))
    told = tuple(tuple(clip(cell, _LONGEST) for cell in row) for row in rows)
    table = Table((say("Option"), say("About"), say("Value"), say("Set by")), told)
    how = say(
        "To set one: /plugin extension set {handle} OPTION VALUE; without a value it is as usual again",
        handle=handle,
    )
    return Message(
        say("The options of {name}", name=clip(name)), Tone.INFO, (table, Text(how, quiet=True))
    )


def option_set(name: str, option: str, value: str, *, changed: bool) -> Message:
    """It has this value from now on, or its usual one."""
    words = _SET[bool(value), changed]
    said = say(words, option=option, name=clip(name), value=clip(value, _LONGEST))
    return Message(said)


def unknown_option(option: str, known: Iterable[str]) -> Message:
    """There is no such option."""
    there = ", ".join(sorted(known)) or say("none")
    return Message(
        say("There is no option “{option}”", option=clip(option)),
        blocks=(Text(say("There are: {there}", there=there)),),
    )


def of_operators(handle: str, option: str) -> Message:
    """It is set at the machine alone."""
    where = f"EXTENSION_{handle}_{option}".upper()
    words = Text(say("Whoever operates Pluginwatch sets {where}.", where=where))
    return Message(say("{option} is not set in chat", option=clip(option)), Tone.WARNING, (words,))


def wrong_value(option: str, why: str) -> Message:
    """It cannot have that value."""
    return Message(f"{clip(option)} {why}", Tone.WARNING)
