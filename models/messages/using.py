"""What people are told of where an extension is used."""

from models.messages.message import Message, Text, Tone
from models.messages.words import clip
from models.rules.extensions import ExtensionState
from models.rules.speaking import say


def used(name: str, state: str, handle: str, *, changed: bool) -> Message:
    """It is used here from now on."""
    title = say("{name} is used here from now on", name=clip(name))
    if not changed:
        title = say("{name} is used here already", name=clip(name))
    here = say("It is {state} at present.", state=say(state))
    blocks = () if state == ExtensionState.ON else (Text(here),)
    what = Text(say("What it answers: /plugin extension info {handle}", handle=handle), quiet=True)
    return Message(title, Tone.INFO, (*blocks, what))


def used_no_more(name: str, *, changed: bool, everywhere: bool) -> Message:
    """It is used here no more, unless everybody uses it."""
    if everywhere:
        words = Text(say("An admin ends that: turn it off, and on again without “everywhere”."))
        return Message(
            say("Everybody uses {name}, and so it is used here", name=clip(name)),
            Tone.INFO,
            (words,),
        )
    if changed:
        return Message(say("{name} is not used here any more", name=clip(name)))
    return Message(say("{name} was not used here", name=clip(name)))


def not_used(name: str, handle: str, *, in_channel: bool) -> Message:
    """The answer where nobody said that it is to be used here: in a channel, or by who asks."""
    words = say("To use it: /plugin use {handle}", handle=handle)
    if in_channel:
        words = say(
            "To use it in this channel: /plugin use {handle}. To use it yourself: /plugin use {handle} me",
            handle=handle,
        )
    return Message(say("{name} is not used here", name=clip(name)), Tone.INFO, (Text(words),))


def used_everywhere(name: str) -> Message:
    """Everybody uses it from now on."""
    return Message(say("{name} is used everywhere from now on", name=clip(name)), Tone.HEALTHY)
