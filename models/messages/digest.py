"""The digest: what broke, what still is broken and whose it is, what was fixed, and who is silent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from models.messages.acting import care_line
from models.messages.incident import subject
from models.messages.message import Block, Items, Message, Table, Text, Tone
from models.messages.silences import trouble_line
from models.messages.times import clock, lasted
from models.messages.words import clip, count, joined, signed, tone
from models.rules.digest import Digest, shown
from models.rules.incidents import FIELD_EVIDENCE
from models.views import DestinationView, IncidentView
from models.views.sources import SourceIncidentView

_ROWS = 15
_NUMBERS = 20


@dataclass(frozen=True, slots=True)
class Told:
    """What a digest tells of the time `since` the last one: open incidents, those that ended, and sources in trouble.

    `plugins` counts what is watched, `unknown` those without a recent report.
    """

    since: datetime
    incidents: Sequence[IncidentView]
    fixed: Sequence[IncidentView]
    sources: Sequence[SourceIncidentView]
    plugins: int
    unknown: int

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self.incidents or self.fixed or self.sources)


def digest_message(told: Told, kind: Digest, now: datetime) -> Message:
    """The digest; one line where there is nothing to tell."""
    if told.is_empty:
        return Message(f"All well: nothing is known to be broken{_unknown(told)}", Tone.HEALTHY)
    new = [each for each in told.incidents if each.opened_at > told.since]
    old = [each for each in told.incidents if each.opened_at <= told.since]
    blocks: tuple[Block, ...] = (
        *_incidents("Newly broken", new, now),
        *_incidents("Still broken", old, now),
        *_unowned(told.incidents),
        *_fixed(told.fixed),
        *_sources(told.sources, now),
        Text(f"Since {clock(told.since)}. Details: /plugin log NAME{_unknown(told)}", quiet=True),
    )
    return Message(f"{_when(kind)}: {_summary(new, old, told)}", _tone(told), blocks)


def digest_line(place: DestinationView) -> str:
    """How often a place gets a digest, and when."""
    if place.digest is Digest.OFF:
        return "none"
    day = " on Mondays" if place.digest is Digest.WEEKLY else ""
    return f"{place.digest}{day} at {shown(place.digest_at)}, {place.digest_zone}"


def digest_wish_message(place: DestinationView, *, changed: bool) -> Message:
    """The answer to `digest`: when a person gets theirs."""
    whose = "Your digest" if place.is_person else "This channel’s digest"
    title = f"{whose}{' is now' if changed else ''}: {digest_line(place)}"
    nothing = "You follow nothing yet, so there would be nothing in it: /plugin help follow"
    first = () if place.wishes or not place.is_person else (Text(nothing),)
    hint = (
        "It tells of what you follow, and comes only if there is something to tell. To change it: /plugin help digest"
    )
    return Message(title, blocks=(*first, Text(hint, quiet=True)))


def _when(kind: Digest) -> str:
    return "This week" if kind is Digest.WEEKLY else "Today"


def _summary(new: Sequence[IncidentView], old: Sequence[IncidentView], told: Told) -> str:
    numbers = ((len(new), "newly broken"), (len(old), "still broken"), (len(told.fixed), "fixed"))
    parts = [f"{number:,} {words}" for number, words in numbers if number]
    parts += [count(len(told.sources), "silent or failing source")] if told.sources else []
    return joined(tuple(parts))


def _tone(told: Told) -> Tone:
    if told.incidents:
        return tone(max((each.verdict for each in told.incidents), key=lambda verdict: verdict.severity))
    return Tone.WARNING if told.sources else Tone.HEALTHY


def _unknown(told: Told) -> str:
    if not told.unknown:
        return ""
    return f". Without a recent report: {told.unknown:,} of {count(told.plugins, 'plugin')}"


def _incidents(label: str, incidents: Sequence[IncidentView], now: datetime) -> tuple[Block, ...]:
    if not incidents:
        return ()
    worst_first = sorted(incidents, key=lambda each: (-each.verdict.severity, each.opened_at))
    rows = tuple(_row(each, now) for each in worst_first[:_ROWS])
    rest = len(incidents) - _ROWS
    more = (Text(f"and {rest:,} more: /plugin failing"),) if rest > 0 else ()
    return (Text(f"{label}:"), Table(("Plugin", "On", "Status", "For", "Owner"), rows), *more)


def _row(incident: IncidentView, now: datetime) -> tuple[str, ...]:
    verdict = signed(incident.verdict) + (" (client sites)" if incident.origin == FIELD_EVIDENCE else "")
    owner = care_line(incident.care) or "nobody"
    return subject(incident), clip(incident.host_branch), verdict, lasted(incident.opened_at, now), owner


def _unowned(incidents: Sequence[IncidentView]) -> tuple[Block, ...]:
    numbers = sorted(each.number for each in incidents if not each.care.owner and not each.care.is_muted)
    if not numbers:
        return ()
    rest = len(numbers) - _NUMBERS
    more = (f"{rest:,} more",) if rest > 0 else ()
    listed = joined((*map(str, numbers[:_NUMBERS]), *more))
    return (Text(f"Unowned: incident{'s' if len(numbers) > 1 else ''} {listed}. Take one: /plugin claim NUMBER"),)


def _fixed(incidents: Sequence[IncidentView]) -> tuple[Block, ...]:
    if not incidents:
        return ()
    lines = tuple(map(_recovery, incidents[:_ROWS]))
    rest = len(incidents) - _ROWS
    more = (f"and {rest:,} more",) if rest > 0 else ()
    return (Text("Fixed:"), Items((*lines, *more)))


def _recovery(incident: IncidentView) -> str:
    length = lasted(incident.opened_at, incident.resolved_at or incident.updated_at)
    return f"{subject(incident)} on {clip(incident.host_branch)}, after {length}"


def _sources(sources: Sequence[SourceIncidentView], now: datetime) -> tuple[Block, ...]:
    if not sources:
        return ()
    lines = tuple(trouble_line(each, now) for each in sources[:_ROWS])
    rest = len(sources) - _ROWS
    more = (f"and {rest:,} more: /plugin silent",) if rest > 0 else ()
    return (Text("Sources:"), Items((*lines, *more)))
