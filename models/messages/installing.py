"""The answers to who wants an extension installed."""

from collections.abc import Sequence

from models.messages.message import Block, Buttons, Items, Message, Text, Tone
from models.messages.words import clip
from models.views.extensions import Offer

_LONGEST = 300


def offer_message(offer: Offer) -> Message:
    """What somebody who installs it agrees to, and what else that means."""
    blocks: list[Block] = [Items(tuple(clip(words, _LONGEST) for words in offer.terms))]
    if offer.replaces:
        blocks.append(Text(f"It takes the place of {clip(offer.replaces)}."))
    if offer.holds:
        blocks.append(Text(f"It does not fit, and would hold: {', '.join(offer.holds)}."))
    label = "Install it" if offer.is_agreed else "Agree and install"
    command = f"extension install {offer.handle} agreeing {offer.code}"
    blocks.append(Buttons(((label, command),)))
    title = f"{clip(offer.name)} {clip(offer.version)} ({offer.handle}) asks for this"
    return Message(title, Tone.INFO, tuple(blocks))


def ordered_message(offer: Offer) -> Message:
    """It is going to be installed."""
    then = "It is turned off then."
    if offer.is_on:
        then = f"{clip(offer.replaces)} goes on until it was seen to start."
    words = f"{then} What became of it: /plugin extension info {offer.handle}"
    title = f"{offer.handle} {clip(offer.version)} is being installed"
    return Message(title, Tone.INFO, (Text(words),))


def not_installable(handle: str, version: str, problems: Sequence[str]) -> Message:
    """It cannot be installed, for these reasons."""
    reasons = Items(tuple(clip(words, _LONGEST) for words in problems))
    title = f"{clip(handle)} {clip(version)} cannot be installed"
    return Message(title, Tone.WARNING, (reasons,))


def undetected(handle: str) -> Message:
    """No package of it lies there."""
    how = Text("An operator puts it into the folder incoming of EXTENSIONS_FOLDER.")
    return Message(f"No package of “{clip(handle)}” was found", Tone.INFO, (how,))


def nothing_to_upgrade(handle: str) -> Message:
    """It is not installed, or nothing newer is there."""
    title = f"There is no newer version of {clip(handle)} to install"
    return Message(title, Tone.INFO, (Text("What there is: /plugin extensions"),))
