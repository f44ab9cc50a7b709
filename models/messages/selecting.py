"""What is asked before something is done to several incidents at once."""

from collections.abc import Sequence

from models.messages.incident import headline
from models.messages.message import Buttons, Items, Message, Text, Tone
from models.messages.words import clip
from models.rules.speaking import count, say
from models.views import IncidentView


def sure_of(summary: str, incidents: Sequence[IncidentView], command: str) -> Message:
    """Whether it is meant: the `command` does it."""
    lines = [
        say("{title} (incident {number})", title=headline(each), number=each.number)
        for each in incidents
    ]
    number = len(incidents)
    button = Buttons(((say("Yes, for all {number}", number=number), command),))
    title = count(number, "Really for {number} incident?", "Really for {number} incidents?")
    return Message(title, blocks=(Text(f"{clip(summary)}:"), Items(tuple(lines)), button))


def none_selected(problem: str) -> Message:
    """There is nothing that it could be done to."""
    return Message(problem, Tone.WARNING)
