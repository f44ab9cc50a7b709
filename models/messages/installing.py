"""The answers to who wants an extension installed."""

from collections.abc import Sequence

from models.messages.message import Block, Buttons, Items, Message, Text, Tone
from models.messages.words import clip
from models.rules.speaking import say
from models.views.extensions import Offer

_LONGEST = 300


def offer_message(offer: Offer) -> Message:
    """What somebody who installs it agrees to, and what else that means."""
    blocks: list[Block] = [Items(tuple(clip(words, _LONGEST) for words in offer.terms))]
    if offer.replaces:
        blocks.append(Text(say("It takes the place of {replaces}.", replaces=clip(offer.replaces))))
    if offer.holds:
        blocks.append(
            Text(say("It does not fit, and would hold: {held}.", held=", ".join(offer.holds)))
        )
    label = say("Install it") if offer.is_agreed else say("Agree and install")
    command = f"extension install {offer.handle} agreeing {offer.code}"
    blocks.append(Buttons(((label, command),)))
    title = say(
        "{name} {version} ({handle}) asks for this",
        name=clip(offer.name),
        version=clip(offer.version),
        handle=offer.handle,
    )
    return Message(title, Tone.INFO, tuple(blocks))


def ordered_message(offer: Offer) -> Message:
    """It is going to be installed."""
    then = say("It is turned off then.")
    if offer.is_on:
        then = say("{replaces} goes on until it was seen to start.", replaces=clip(offer.replaces))
    how = say("What became of it: /plugin extension info {handle}", handle=offer.handle)
    words = f"{then} {how}"
    title = say(
        "{handle} {version} is being installed", handle=offer.handle, version=clip(offer.version)
    )
    return Message(title, Tone.INFO, (Text(words),))


def not_installable(handle: str, version: str, problems: Sequence[str]) -> Message:
    """It cannot be installed, for these reasons."""
    reasons = Items(tuple(clip(words, _LONGEST) for words in problems))
    title = say(
        "{handle} {version} cannot be installed", handle=clip(handle), version=clip(version)
    )
    return Message(title, Tone.WARNING, (reasons,))


def undetected(handle: str) -> Message:
    """No package of it lies there."""
    how = Text(say("An operator puts it into the folder incoming of EXTENSIONS_FOLDER."))
    return Message(
        say("No package of “{handle}” was found", handle=clip(handle)), Tone.INFO, (how,)
    )


def nothing_to_upgrade(handle: str) -> Message:
    """It is not installed, or nothing newer is there."""
    title = say("There is no newer version of {handle} to install", handle=clip(handle))
    return Message(title, Tone.INFO, (Text(say("What there is: /plugin extensions")),))
