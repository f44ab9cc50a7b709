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
from models.messages.words import clip, tone
from models.rules.care import OUTBREAK
from models.rules.reminders import ESCALATED_AFTER
from models.rules.speaking import count, marked, say
from models.views import IncidentView

_LISTED = 10
_MOST_OUTBREAKS = 2  # that have buttons: a platform has a row of five
_HOW_TO_END = marked(
    "Acknowledge it, claim it or mute it, and no more of these come. For this channel: /plugin help channel"
)
_HOW_TO_TAKE = marked(
    "Take one with /plugin ack NUMBER or /plugin claim NUMBER. For this channel: /plugin help channel"
)


def incident_reminder(incident: IncidentView, now: datetime) -> Message:
    """The reminder of one incident, in its own thread."""
    words = say(
        "Nobody has acknowledged it for {length}: {headline}.",
        length=lasted(incident.opened_at, now),
        headline=headline(incident),
    )
    page = incident_page(incident.number)
    blocks = (Text(words), Text(say(_HOW_TO_END), quiet=True), page, incident_buttons(incident))
    return Message(
        say("Still broken and unassigned: {subject}", subject=subject(incident)),
        tone(incident.verdict),
        blocks,
    )


def reminder(incidents: Sequence[IncidentView], now: datetime) -> Message:
    """The reminder of several `incidents` (at least one) in one message: of an outbreak's in its thread, or of all."""
    oldest_first = sorted(incidents, key=lambda incident: incident.opened_at)
    lines = [_line(each, now) for each in oldest_first[:_LISTED]]
    lines += and_more(len(incidents), _LISTED, ": /plugin failing")
    worst = max(incidents, key=lambda incident: incident.verdict.severity)
    title = say(
        "Still broken and unassigned: {incidents}",
        incidents=count(len(incidents), "{number} incident", "{number} incidents"),
    )
    how = Text(say(_HOW_TO_TAKE), quiet=True)
    blocks: tuple[Block, ...] = (Items(tuple(lines)), how, *_outbreak_buttons(incidents))
    return Message(title, tone(worst.verdict), blocks)


def escalation(incidents: Sequence[IncidentView], now: datetime) -> Message:
    """The same for a channel that hears of `incidents` (at least one) when nobody took care of them in time."""
    said = incident_reminder(incidents[0], now) if len(incidents) == 1 else reminder(incidents, now)
    what = (
        subject(incidents[0])
        if len(incidents) == 1
        else count(len(incidents), "{number} incident", "{number} incidents")
    )
    hours = ESCALATED_AFTER // timedelta(hours=1)
    return replace(
        said, title=say("Nobody took care for {hours} h: {what}", hours=hours, what=what)
    )


def _outbreak_buttons(incidents: Iterable[IncidentView]) -> tuple[Buttons, ...]:
    """To take all incidents of an outbreak at once, of those with the most of these."""
    sizes = Counter(each.outbreak for each in incidents if each.outbreak is not None)
    buttons: list[tuple[str, str]] = []
    for number, _ in sizes.most_common(_MOST_OUTBREAKS):
        buttons.append(
            (say("Acknowledge outbreak {number}", number=number), f"ack {OUTBREAK} {number}")
        )
        buttons.append(
            (say("Claim outbreak {number}", number=number), f"claim {OUTBREAK} {number}")
        )
    return (Buttons(tuple(buttons)),) if buttons else ()


def _line(incident: IncidentView, now: datetime) -> str:
    where = say(
        "{subject} on {host_branch}",
        subject=subject(incident),
        host_branch=clip(incident.host_branch),
    )
    return say(
        "Incident {number}, {where}, for {length}",
        number=incident.number,
        where=where,
        length=lasted(incident.opened_at, now),
    )
