"""What guardians are told when messages cannot be delivered."""

from models.messages.message import Message, Text, Tone
from models.messages.words import clip

_REASON_LIMIT = 300

_CHANNEL = "What it follows is told here meanwhile, beginning with what was due there."
_KEPT = "What is due there is kept."
_WHAT_TO_DO = "Put the cause right and restart {}, which then tries it again and sends it what it missed."


def parked_notice(platform: str, name: str, reason: str, process: str = "the bot", *, keeps: bool = False) -> Message:
    """A destination takes no messages any more. It `keeps` what is due there, or else that is told here."""
    blocks = (
        Text(f"It takes no more messages: {clip(reason, _REASON_LIMIT)}"),
        Text(_KEPT if keeps else _CHANNEL),
        Text(_WHAT_TO_DO.format(process)),
    )
    return Message(f"Messages to {clip(name)} ({platform}) are held back", Tone.WARNING, blocks)
