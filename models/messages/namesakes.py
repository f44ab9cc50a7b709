"""That plugins of other ecosystems have the name of the one that a message is about."""

from collections.abc import Sequence
from dataclasses import replace

from models.messages.message import Message, Text
from models.messages.words import clip, joined
from models.rules.speaking import say


def with_namesakes(message: Message, handles: Sequence[str]) -> Message:
    """The message with these handles at its end, by which the others are named."""
    if not handles:
        return message
    others = joined(tuple(map(clip, handles)))
    words = say(
        "The same name in another ecosystem: {others}. Name it so if you mean it.", others=others
    )
    return replace(message, blocks=(*message.blocks, Text(words, quiet=True)))
