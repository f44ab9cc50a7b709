"""What people are told of where an extension is used."""

from models.messages.message import Message, Text, Tone
from models.messages.words import clip
from models.rules.extensions import ExtensionState


def used(name: str, state: str, handle: str, *, changed: bool) -> Message:
    """It is used here from now on."""
    now = "from now on" if changed else "already"
    blocks = () if state == ExtensionState.ON else (Text(f"It is {state} at present."),)
    what = Text(f"What it answers: /plugin extension info {handle}", quiet=True)
    return Message(f"{clip(name)} is used here {now}", Tone.INFO, (*blocks, what))


def used_no_more(name: str, *, changed: bool, everywhere: bool) -> Message:
    """It is used here no more, unless everybody uses it."""
    if everywhere:
        words = Text("An admin ends that: turn it off, and on again without “everywhere”.")
        return Message(f"Everybody uses {clip(name)}, and so it is used here", Tone.INFO, (words,))
    became = "is not used here any more" if changed else "was not used here"
    return Message(f"{clip(name)} {became}")


def not_used(name: str, handle: str, *, in_channel: bool) -> Message:
    """The answer where nobody said that it is to be used here: in a channel, or by who asks."""
    words = f"To use it: /plugin use {handle}"
    if in_channel:
        words = f"To use it in this channel: /plugin use {handle}. To use it yourself: /plugin use {handle} me"
    return Message(f"{clip(name)} is not used here", Tone.INFO, (Text(words),))


def used_everywhere(name: str) -> Message:
    """Everybody uses it from now on."""
    return Message(f"{clip(name)} is used everywhere from now on", Tone.HEALTHY)
