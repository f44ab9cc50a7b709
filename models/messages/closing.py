"""The answers to whoever closes an incident."""

from datetime import datetime

from models.messages.message import Message, Text, Tone
from models.messages.times import clock
from models.messages.words import clip
from models.rules.speaking import marked, say

NO_NUMBER = marked("“close” needs the number of one incident; the open ones: /plugin failing")
NO_REASON = marked(
    "“close” needs a reason, for those who read it later: close 12 because the branch is gone"
)
_LONGEST_REASON = 200  # characters


def closed_message(number: int, reason: str) -> Message:
    """That the incident is closed now, and when it would open again."""
    words = say("It opens again if somebody reports the failure once more.")
    title = say(
        "Incident {number} is closed: {reason}", number=number, reason=clip(reason, _LONGEST_REASON)
    )
    return Message(title, Tone.INFO, (Text(words),))


def ended_already(number: int, end: datetime) -> Message:
    """That there is nothing to close: the incident ended before."""
    return Message(
        say("Incident {number} ended at {end} already", number=number, end=clock(end)), Tone.WARNING
    )
