"""What guardians are told when messages cannot be delivered."""

from models.messages.message import Message, Text, Tone
from models.messages.words import clip

_REASON_LIMIT = 300

_CHANNEL = "What it follows is shown here meanwhile, beginning with what was due there."
_KEPT = "What is due there is kept."
_HOURLY = "It is tried again every hour, and sent what it missed once it takes something."
_WHAT_TO_DO = (
    "Put the cause right and restart {}, which then tries it again and sends it what it missed."
)


def parked_notice(
    platform: str,
    name: str,
    reason: str,
    process: str = "the bot",
    *,
    keeps: bool = False,
    tried_hourly: bool = False,
) -> Message:
    """A destination takes no messages any more.

    With `keeps`, what is due there is kept; without, it is told to the guardians. `process` is what
    an operator restarts; with `tried_hourly` nobody needs to.
    """
    blocks = (
        Text(f"It takes no more messages: {clip(reason, _REASON_LIMIT)}"),
        Text(_KEPT if keeps else _CHANNEL),
        Text(_HOURLY if tried_hourly else _WHAT_TO_DO.format(process)),
    )
    title = f"Messages to {clip(name)} ({platform}) are held back"
    return Message(title, Tone.WARNING, blocks)


def put_aside_notice(platform: str, name: str, row_id: int, reason: str) -> Message:
    """A message is given up; those after it are sent."""
    blocks = (
        Text(f"Message {row_id} of the outbox was not sent: {clip(reason, _REASON_LIMIT)}"),
        Text(
            "What follows in the same conversation is sent. More of them for the same place are not told today.",
        ),
        Text(
            "python -m models check counts what was given up; the row keeps its text and its error.",
        ),
    )
    return Message(f"A message to {clip(name)} ({platform}) was put aside", Tone.WARNING, blocks)
