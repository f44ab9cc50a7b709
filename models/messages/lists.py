"""The answers to `list` and `failing`: many plugins at a glance, the worst first."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from models.messages.acting import care_line
from models.messages.message import Block, Items, Message, Table, Text, Tone
from models.messages.outbreak import outbreak_headline
from models.messages.silences import trouble_line
from models.messages.times import lasted
from models.messages.words import clip, count, error_line, joined, signed, tone, word
from models.rules.incidents import FIELD_EVIDENCE
from models.rules.status import Verdict
from models.views import IncidentView, OutbreakView, PluginLine
from models.views.sources import SourceIncidentView

_ROWS = 50
_ERROR_LIMIT = 80
_BRANCHES = 3

_FILTERS = (
    "part of a name, a repository or a tag: /plugin list chat",
    "a status: /plugin list incompatible",
    "everything that is broken: /plugin list broken",
)


def list_message(lines: Sequence[PluginLine], filter_text: str = "") -> Message:
    """The plugins with their worst status and where that is. `lines` are in order already."""
    if not lines:
        return _nothing(filter_text)
    title = count(len(lines), "plugin") + (f" matching “{clip(filter_text)}”" if filter_text else "")
    rows = tuple((clip(line.plugin.handle), signed(line.verdict), _where(line)) for line in lines[:_ROWS])
    table = Table(("Plugin", "Status", "On"), rows)
    hint = _more(len(lines), "narrow the list: /plugin list FILTER")
    return Message(f"{title}: {_tally(lines)}", tone(lines[0].verdict), (table, *hint))


def failing_message(
    incidents: Sequence[IncidentView],
    outbreaks: Sequence[OutbreakView],
    now: datetime,
    sources: Sequence[SourceIncidentView] = (),
) -> Message:
    """Every open incident, the worst first and of those the oldest, after the outbreaks that join them.

    At the end are the sources that are themselves in trouble, so that they say nothing of any plugin.
    """
    trouble = _sources(sources, now)
    if not incidents:
        quiet = Text("No incident is open. Plugins without a recent report do not count: /plugin list unknown")
        if trouble:
            return Message(
                "No plugin is known to be broken, but not all sources can tell", Tone.WARNING, (quiet, *trouble)
            )
        return Message("Nothing is known to be broken", Tone.HEALTHY, (quiet,))
    ordered = sorted(incidents, key=lambda incident: (-incident.verdict.severity, incident.opened_at))
    plugins = count(len({incident.plugin.handle for incident in incidents}), "plugin")
    table = Table(
        ("Plugin", "Host branch", "Status", "For", "Error"), tuple(_row(each, now) for each in ordered[:_ROWS])
    )
    hints = (*_more(len(ordered), "see them all: /plugin list broken"), Text("Details: /plugin log NAME", quiet=True))
    title = f"Broken now: {plugins}, {count(len(incidents), 'open incident')}"
    return Message(title, tone(ordered[0].verdict), (*_outbreaks(outbreaks, now), table, *hints, *trouble))


def _nothing(filter_text: str) -> Message:
    if not filter_text:
        how = "An operator fills the master list: python -m models plugins import FILE"
        return Message("No plugins yet", Tone.INFO, (Text(how),))
    return Message(f"No plugin matches “{clip(filter_text)}”", Tone.INFO, (Text("A filter is:"), Items(_FILTERS)))


def _tally(lines: Sequence[PluginLine]) -> str:
    counts = Counter(line.verdict for line in lines)
    worst_first = sorted(counts, key=lambda verdict: -verdict.severity)
    return ", ".join(f"{counts[verdict]:,} {word(verdict)}" for verdict in worst_first)


def _where(line: PluginLine) -> str:
    if line.verdict is Verdict.UNKNOWN and not line.host_branches:
        return "no report"
    rest = len(line.host_branches) - _BRANCHES
    more = (f"{rest} more",) if rest > 0 else ()
    return joined((*map(clip, line.host_branches[:_BRANCHES]), *more))


def _more(total: int, how: str) -> tuple[Text, ...]:
    return (Text(f"and {total - _ROWS:,} more; {how}"),) if total > _ROWS else ()


def _row(incident: IncidentView, now: datetime) -> tuple[str, ...]:
    plugin = f"{clip(incident.plugin.handle)} ({clip(incident.plugin_branch)})"
    verdict = (
        f"{signed(incident.verdict)} (client sites)" if incident.origin == FIELD_EVIDENCE else signed(incident.verdict)
    )
    error = clip(error_line(incident.message), _ERROR_LIMIT) or "no error text"
    care = f" ({words})" if (words := care_line(incident.care)) else ""
    return (plugin, clip(incident.host_branch), verdict + care, lasted(incident.opened_at, now), error)


def _sources(sources: Sequence[SourceIncidentView], now: datetime) -> tuple[Block, ...]:
    if not sources:
        return ()
    lines = [trouble_line(each, now) for each in sources[:_ROWS]]
    more = [f"and {len(sources) - _ROWS:,} more: /plugin silent"] if len(sources) > _ROWS else []
    return (Text("Sources in trouble:"), Items((*lines, *more)))


def _outbreaks(outbreaks: Sequence[OutbreakView], now: datetime) -> tuple[Block, ...]:
    lines = [
        f"Outbreak {each.number}, for {lasted(each.opened_at, now)}: {outbreak_headline(each)}"
        for each in outbreaks[:_ROWS]
    ]
    return (Items(tuple(lines)),) if lines else ()
