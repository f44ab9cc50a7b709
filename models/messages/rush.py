"""The card that lists what broke within a short time, edited in place of many incident cards."""

from collections.abc import Sequence
from datetime import datetime

from models.messages.incident import headline, recovery
from models.messages.incident_care import care_line
from models.messages.message import Block, Items, Links, Message, Text, Tone
from models.messages.outbreak import number_of_plugins
from models.messages.outbreak_members import named
from models.messages.times import clock
from models.messages.words import claim, clip, count, tone
from models.rules.status import Verdict
from models.views import IncidentView

_ON_A_LINE = 20


def rush_card(opened_at: datetime, incidents: Sequence[IncidentView]) -> Message:
    """Which plugins broke, each with its incident's number, and what became of them."""
    still_open = [incident for incident in incidents if incident.resolved_at is None]
    blocks: tuple[Block, ...] = (
        Text(f"Since {clock(opened_at)}. {_progress(incidents, still_open)}"),
        Items(tuple(_lines(incidents))),
    )
    if not still_open:
        return Message(_over(incidents), Tone.HEALTHY, blocks)
    number = still_open[0].number
    advice = f"Each goes by its number: /plugin ack {number}, /plugin claim {number}, /plugin mute {number} 4h."
    links = Links((("Status page", "/"),))
    worst = max((each.verdict for each in still_open), key=lambda verdict: verdict.severity)
    return Message(_title(incidents), tone(worst), (*blocks, Text(advice), links))


def name_length(incident: IncidentView) -> int:
    """How many letters it takes to name it in a list."""
    return len(named(incident)) + 2


def _title(incidents: Sequence[IncidentView]) -> str:
    if len(incidents) == 1:
        return headline(incidents[0])
    return f"{count(number_of_plugins(incidents), 'plugin')} broke within a short time"


def _over(incidents: Sequence[IncidentView]) -> str:
    if len(incidents) == 1:
        return recovery(incidents[0])
    return f"None is broken any more of {count(number_of_plugins(incidents), 'plugin')} that broke within a short time"


def _progress(incidents: Sequence[IncidentView], still_open: Sequence[IncidentView]) -> str:
    if len(still_open) == len(incidents):
        return "None is fixed yet."
    return f"{len(still_open):,} of {count(len(incidents), 'incident')} still open."


def _lines(incidents: Sequence[IncidentView]) -> list[str]:
    """What is alike on one line, in the order in which it broke; what is over comes last."""
    broken: dict[tuple[Verdict, str], list[str]] = {}
    fixed: list[str] = []
    closed: list[str] = []
    for incident in incidents:
        if incident.resolved_at is None:
            alike = broken.setdefault((incident.verdict, incident.host_branch), [])
            alike.append(f"{named(incident)}{_more(incident)}")
        else:
            (closed if incident.closed else fixed).append(named(incident))
    lines: list[str] = []
    for (verdict, host_branch), names in broken.items():
        lines += _cut(f"{verdict.sign} {claim(verdict)} {clip(host_branch)}", names)
    lines += _cut("✓ works again", fixed)
    return [*lines, *_cut("– closed", closed)]


def _cut(what: str, names: Sequence[str]) -> list[str]:
    """The names after what is said of them, some on each line."""
    starts = range(0, len(names), _ON_A_LINE)
    return [f"{what}: {', '.join(names[start : start + _ON_A_LINE])}" for start in starts]


def _more(incident: IncidentView) -> str:
    words = care_line(incident.care)
    if not incident.confirmed:
        words = f"one report so far, {words}" if words else "one report so far"
    return f" ({words})" if words else ""
