"""What is asked before something is done to several incidents at once."""

from collections.abc import Sequence

from models.messages.incident import headline
from models.messages.message import Buttons, Items, Message, Text, Tone
from models.messages.words import clip, count
from models.views import IncidentView


def sure_of(summary: str, incidents: Sequence[IncidentView], command: str) -> Message:
    """Whether it is meant: the `command` does it."""
    listed = Items(tuple(f"{headline(each)} (incident {each.number})" for each in incidents))
    number = count(len(incidents), "incident")
    button = Buttons(((f"Yes, for all {len(incidents)}", command),))
    return Message(f"Really for {number}?", blocks=(Text(f"{clip(summary)}:"), listed, button))


def none_selected(problem: str) -> Message:
    """There is nothing that it could be done to."""
    return Message(problem, Tone.WARNING)
