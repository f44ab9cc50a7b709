"""What guardians are told when messages cannot be delivered."""

from models.messages.message import Message, Text, Tone
from models.messages.words import clip
from models.rules.speaking import marked, say

_REASON_LIMIT = 300

_CHANNEL = marked("What it follows is shown here meanwhile, beginning with what was due there.")
_KEPT = marked("What is due there is kept.")
BOT = marked("the bot")
_HOURLY = marked("It is tried again every hour, and sent what it missed once it takes something.")
_WHAT_TO_DO = marked(
    "Put the cause right and restart {process}, which then tries it again and sends it what it missed."
)


def parked_notice(
    platform: str,
    name: str,
    reason: str,
    process: str = BOT,
    *,
    keeps: bool = False,
    tried_hourly: bool = False,
) -> Message:
    """A destination takes no messages any more.

    With `keeps`, what is due there is kept; without, it is told to the guardians. `process` is what
    an operator restarts; with `tried_hourly` nobody needs to.
    """
    blocks = (
        Text(say("It takes no more messages: {reason}", reason=clip(reason, _REASON_LIMIT))),
        Text(say(_KEPT) if keeps else say(_CHANNEL)),
        Text(say(_HOURLY) if tried_hourly else say(_WHAT_TO_DO, process=say(process))),
    )
    title = say("Messages to {name} ({platform}) are held back", name=clip(name), platform=platform)
    return Message(title, Tone.WARNING, blocks)


def put_aside_notice(platform: str, name: str, row_id: int, reason: str) -> Message:
    """A message is given up; those after it are sent."""
    blocks = (
        Text(
            say(
                "Message {row_id} of the outbox was not sent: {reason}",
                row_id=row_id,
                reason=clip(reason, _REASON_LIMIT),
            )
        ),
        Text(
            say(
                "What follows in the same conversation is sent. No more of them for the same place are announced today."
            ),
        ),
        Text(
            say(
                "python -m models check counts what was given up; the row keeps its text and its error."
            ),
        ),
    )
    return Message(
        say("A message to {name} ({platform}) was put aside", name=clip(name), platform=platform),
        Tone.WARNING,
        blocks,
    )
