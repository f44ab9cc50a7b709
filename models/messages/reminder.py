"""Reminders of incidents that nobody has taken care of yet. They end as soon as somebody does."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from models.messages.blocks import and_more
from models.messages.incident import headline, subject
from models.messages.incident_care import incident_buttons
from models.messages.message import Block, Buttons, Items, Message, Text
from models.messages.pages import incident_page
from models.messages.times import lasted
from models.messages.words import clip, count, tone
from models.rules.care import OUTBREAK
from models.rules.reminders import ESCALATED_AFTER
from models.views import IncidentView

_LISTED = 10
_MOST_OUTBREAKS = 2  # that have buttons: a platform has a row of five
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
        f"Still broken and unassigned: {subject(incident)}", tone(incident.verdict), blocks
    )


def reminder(incidents: Sequence[IncidentView], now: datetime) -> Message:
    """The reminder of several `incidents` (at least one) in one message: of an outbreak's in its thread, or of all."""
    oldest_first = sorted(incidents, key=lambda incident: incident.opened_at)
    lines = [_line(each, now) for each in oldest_first[:_LISTED]]
    lines += and_more(len(incidents), _LISTED, ": /plugin failing")
    worst = max(incidents, key=lambda incident: incident.verdict.severity)
    title = f"Still broken and unassigned: {count(len(incidents), 'incident')}"
    how = Text(_HOW_TO_TAKE, quiet=True)
    blocks: tuple[Block, ...] = (Items(tuple(lines)), how, *_outbreak_buttons(incidents))
    return Message(title, tone(worst.verdict), blocks)


def escalation(incidents: Sequence[IncidentView], now: datetime) -> Message:
    """The same for a channel that hears of `incidents` (at least one) when nobody took care of them in time."""
    said = incident_reminder(incidents[0], now) if len(incidents) == 1 else reminder(incidents, now)
    what = subject(incidents[0]) if len(incidents) == 1 else count(len(incidents), "incident")
    hours = ESCALATED_AFTER // timedelta(hours=1)
    return replace(said, title=f"Nobody took care for {hours} h: {what}")


def _outbreak_buttons(incidents: Iterable[IncidentView]) -> tuple[Buttons, ...]:
    """To take all incidents of an outbreak at once, of those with the most of these."""
    sizes = Counter(each.outbreak for each in incidents if each.outbreak is not None)
    buttons: list[tuple[str, str]] = []
    for number, _ in sizes.most_common(_MOST_OUTBREAKS):
        buttons.append((f"Acknowledge outbreak {number}", f"ack {OUTBREAK} {number}"))
        buttons.append((f"Claim outbreak {number}", f"claim {OUTBREAK} {number}"))
    return (Buttons(tuple(buttons)),) if buttons else ()


def _line(incident: IncidentView, now: datetime) -> str:
    where = f"{subject(incident)} on {clip(incident.host_branch)}"
    return f"Incident {incident.number}, {where}, for {lasted(incident.opened_at, now)}"
