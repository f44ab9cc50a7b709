"""What people are told of extensions: what they cannot answer now, and how they are turned on and off."""

from collections.abc import Sequence
from dataclasses import replace

from models.messages.message import Block, Buttons, Items, Message, Text, Tone
from models.messages.words import clip
from models.rules.speaking import marked, say

_STANDS_STILL = {
    "off": marked("{name} is off"),
    "held": marked("{name} is held"),
    "quarantined": marked("{name} is quarantined"),
    "kept": marked("{name} is kept"),
    "not installed": marked("{name} is not installed"),
}

# What is stored as the answer of a handler that has heard of an event, which nobody reads.
HEARD = Message("heard").to_json()


def no_answer(name: str) -> Message:
    """The answer where none came in time."""
    words = say(
        "Nothing was changed. Ask again in a moment; if this goes on, the jobs process may not be running."
    )
    return Message(
        say("{name} did not answer in time", name=clip(name)), Tone.WARNING, (Text(words),)
    )


def busy() -> Message:
    """The answer while as many people wait for extensions as may."""
    words = Text(say("Ask again in a moment."))
    return Message(
        say("Others wait for an answer of an extension just now"), Tone.WARNING, (words,)
    )


def with_deeds(message: Message, done: Sequence[Message]) -> Message:
    """An extension's answer, and what became of each thing that it had done."""
    if not done:
        return message
    deeds = Items(tuple(each.title for each in done))
    return replace(message, blocks=(*message.blocks, deeds))


def decoration(name: str, answer: Message) -> Message:
    """What an extension adds to a card: its words, behind who says them, and its blocks. It may be nothing."""
    said = (Text(f"{clip(name)}: {answer.title}"),) if answer.title.strip() else ()
    return Message("", blocks=(*said, *answer.blocks))


def answered_before(message: Message, said: Message) -> Message:
    """The message, with what an extension says before it goes on."""
    told = (Text(said.title),) if said.title.strip() else ()
    return replace(message, blocks=(*told, *said.blocks, *message.blocks))


def failed(name: str) -> Message:
    """The answer where its code failed."""
    words = Text(say("This was noted; the log of the jobs process says more."))
    return Message(say("{name} could not answer", name=clip(name)), Tone.WARNING, (words,))


def out_of_reach(name: str, reason: str) -> Message:
    """The answer where the host refused what it needed, or could not do it."""
    return Message(
        say("{name} could not answer now", name=clip(name)), Tone.WARNING, (Text(clip(reason)),)
    )


def stands_still(name: str, handle: str, state: str, why: Sequence[str]) -> Message:
    """The answer of an extension that does not run now."""
    blocks = [Items(tuple(map(clip, why)))] if why else []
    hint = Text(say("An admin can try it again: /plugin extension retry {handle}", handle=handle))
    more = [hint] if state == "quarantined" else []
    return Message(say(_STANDS_STILL[state], name=clip(name)), Tone.WARNING, (*blocks, *more))


def already(name: str, state: str) -> Message:
    """The answer where nothing is to be changed."""
    return Message(say("{name} is {state} already", name=clip(name), state=say(state)))


def cannot_run(name: str, why: Sequence[str]) -> Message:
    """The answer where it does not fit what is here."""
    return Message(
        say("{name} cannot be turned on", name=clip(name)),
        Tone.WARNING,
        (Items(tuple(map(clip, why))),),
    )


def turned_on(
    name: str, version: str, commands: Sequence[str], handle: str, *, everywhere: bool
) -> Message:
    """The answer once it greeted."""
    buttons = tuple((command, command) for command in commands[:5])
    blocks: tuple[Block, ...] = (Text(say("What it answers:")), Buttons(buttons)) if buttons else ()
    if not everywhere:
        words = say(
            "It answers where it is used. To use it in a channel: /plugin use {handle}",
            handle=handle,
        )
        blocks = (*blocks, Text(words, quiet=True))
    return Message(
        say("{name} {version} is on", name=clip(name), version=clip(version)), Tone.HEALTHY, blocks
    )


def turned_off(name: str, held: Sequence[str]) -> Message:
    """The answer once it is off, with those that need it and so stand still."""
    if not held:
        return Message(say("{name} is off", name=clip(name)))
    words = Text(
        say("What needs it is held until it is on again: {held}", held=", ".join(map(clip, held)))
    )
    return Message(say("{name} is off", name=clip(name)), Tone.WARNING, (words,))


def quarantined(name: str, handle: str, why: str) -> Message:
    """The answer where it did not start."""
    return stands_still(name, handle, "quarantined", (say("It did not start: {why}", why=why),))


def not_from_there(action: str) -> Message:
    """The answer, in the chat that an extension brings, to an act about trust, and to its own commands."""
    words = say(
        "Roles, workspaces and extensions are changed, and what brings this chat is asked, in Slack, in Discord, in "
        "the chat room or at the shell."
    )
    return Message(
        say("“{action}” is not done from here", action=action), Tone.WARNING, (Text(words),)
    )
