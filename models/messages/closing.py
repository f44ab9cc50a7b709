"""The answers to whoever closes an incident."""

from datetime import datetime

from models.messages.message import Message, Text, Tone
from models.messages.times import clock
from models.messages.words import clip

NO_NUMBER = "“close” needs the number of one incident; the open ones: /plugin failing"
NO_REASON = (
    "“close” needs a reason, for those who read it later: close 12 because the branch is gone"
)
_REASON = 200


def closed_message(number: int, reason: str) -> Message:
    """It is closed."""
    words = "It opens again if somebody reports the failure once more."
    title = f"Incident {number} is closed: {clip(reason, _REASON)}"
    return Message(title, Tone.INFO, (Text(words),))


def ended_already(number: int, end: datetime) -> Message:
    """It ended before."""
    return Message(f"Incident {number} ended at {clock(end)} already", Tone.WARNING)
