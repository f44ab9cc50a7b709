"""What guardians are told when messages cannot be delivered."""

from models.messages.message import Message, Text, Tone
from models.messages.words import clip


def parked_notice(platform: str, name: str, reason: str) -> Message:
    """A destination takes no messages any more."""
    return Message(
        f"Messages to {clip(name)} ({platform}) are held back",
        Tone.WARNING,
        (
            Text(f"It takes no more messages: {clip(reason, 300)}"),
            Text("What is due there is kept. Put the cause right and restart the bot, which then tries it again."),
        ),
    )
