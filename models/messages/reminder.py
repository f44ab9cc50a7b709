"""Reminders of incidents that nobody has taken care of yet. They end as soon as somebody does."""

from collections.abc import Sequence
from datetime import datetime

from models.messages.blocks import and_more
from models.messages.incident import headline, subject
from models.messages.incident_care import incident_buttons
from models.messages.message import Items, Message, Text
from models.messages.pages import incident_page
from models.messages.times import lasted
from models.messages.words import clip, count, tone
from models.views import IncidentView

_LISTED = 10
_HOW_TO_END = "Acknowledge it, claim it or mute it, and no more of these come. For this channel: /plugin help channel"
_HOW_TO_TAKE = "Take one with /plugin ack NUMBER or /plugin claim NUMBER. For this channel: /plugin help channel"


def incident_reminder(incident: IncidentView, now: datetime) -> Message:
    """The reminder of one incident, in its own thread."""
    words = (
        f"Nobody has acknowledged it for {lasted(incident.opened_at, now)}: {headline(incident)}."
    )
    page = incident_page(incident.number)
    blocks = (Text(words), Text(_HOW_TO_END, quiet=True), page, incident_buttons(incident))
    return Message(
        f"Still broken, and nobody’s: {subject(incident)}",
        tone(incident.verdict),
        blocks,
    )


def outbreak_reminder(incidents: Sequence[IncidentView], now: datetime) -> Message:
    """The reminder of an outbreak's `incidents` (at least one), in the outbreak's thread."""
    oldest_first = sorted(incidents, key=lambda incident: incident.opened_at)
    lines = [_line(each, now) for each in oldest_first[:_LISTED]]
    lines += and_more(len(incidents), _LISTED, ": /plugin failing")
    worst = max(incidents, key=lambda incident: incident.verdict.severity)
    title = f"Still broken, and nobody’s: {count(len(incidents), 'incident')} of this outbreak"
    how = Text(_HOW_TO_TAKE, quiet=True)
    return Message(title, tone(worst.verdict), (Items(tuple(lines)), how))


def _line(incident: IncidentView, now: datetime) -> str:
    where = f"{subject(incident)} on {clip(incident.host_branch)}"
    return f"Incident {incident.number}, {where}, for {lasted(incident.opened_at, now)}"
