"""Reminders of what nobody has taken care of yet. They end as soon as somebody does."""

from collections.abc import Sequence
from datetime import datetime

from models.messages.acting import incident_buttons
from models.messages.incident import headline, subject
from models.messages.message import Items, Message, Text
from models.messages.times import lasted
from models.messages.words import clip, count, tone
from models.views import IncidentView

_LISTED = 10
_HOW_TO_END = "Acknowledge it, claim it or mute it, and no more of these come. For this channel: /plugin help channel"


def incident_reminder(incident: IncidentView, now: datetime) -> Message:
    """One incident, by its own thread."""
    words = f"Nobody has acknowledged it for {lasted(incident.opened_at, now)}: {headline(incident)}."
    blocks = (Text(words), Text(_HOW_TO_END, quiet=True), incident_buttons(incident))
    return Message(f"Still broken, and nobody’s: {subject(incident)}", tone(incident.verdict), blocks)


def outbreak_reminder(incidents: Sequence[IncidentView], now: datetime) -> Message:
    """Several incidents of one outbreak, by its thread. There is at least one."""
    oldest_first = sorted(incidents, key=lambda incident: incident.opened_at)
    lines = tuple(
        f"Incident {each.number}, {subject(each)} on {clip(each.host_branch)}, for {lasted(each.opened_at, now)}"
        for each in oldest_first[:_LISTED]
    )
    rest = len(incidents) - _LISTED
    more = (f"and {rest:,} more: /plugin failing",) if rest > 0 else ()
    worst = max((each.verdict for each in incidents), key=lambda verdict: verdict.severity)
    title = f"Still broken, and nobody’s: {count(len(incidents), 'incident')} of this outbreak"
    how = Text(
        "Take one with /plugin ack NUMBER or /plugin claim NUMBER. For this channel: /plugin help channel", quiet=True
    )
    return Message(title, tone(worst), (Items((*lines, *more)), how))
