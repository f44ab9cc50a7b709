"""The answers to `list` and `failing`: many plugins at a glance, the worst first."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import chain

from models.messages.blocks import and_more, some_more
from models.messages.incident_care import care_line, outbreak_buttons
from models.messages.message import Block, Items, Message, Table, Text, Tone
from models.messages.outbreak import outbreak_headline
from models.messages.outbreak_members import listed
from models.messages.pages import outbreak_page
from models.messages.silences import trouble_line
from models.messages.times import lasted
from models.messages.words import clip, error_line, joined, signed, tone
from models.rules.incidents import FIELD_EVIDENCE
from models.rules.speaking import count, marked, say
from models.rules.status import Verdict
from models.views import IncidentView, PluginLine
from models.views.outbreaks import OutbreakView
from models.views.watched import WatchedIncidentView
from models.views.worst import WatchedPlugins, WorstIncidents, WorstPlugins

HEARD = WatchedPlugins(1, 1)
TOLD_WHOLE = 2  # outbreaks whose plugins are named, and not rows of the table
LISTED = 50  # plugins or incidents that one answer shows
_ERROR_LIMIT = 80
_BRANCHES = 3

_FILTERS = (
    marked("part of a name, a repository or a tag: /plugin list chat"),
    marked("a status: /plugin list incompatible"),
    marked("everything that is broken: /plugin list broken"),
)

_HOW_TO_BEGIN = marked(
    "Submit one: /plugin add ADDRESS of its repository. An operator imports many: python -m models plugins "
    "import FILE"
)


def list_message(found: WorstPlugins, filter_text: str = "") -> Message:
    """The plugins with their worst status and where that is."""
    if not found.lines:
        return _nothing(filter_text)
    title = count(found.total, "{number} plugin", "{number} plugins")
    if filter_text:
        title += " " + say("matching “{filter_text}”", filter_text=clip(filter_text))
    table = Table((say("Plugin"), say("Status"), say("On")), tuple(map(_line, found.lines)))
    hint = map(
        Text, and_more(found.total, LISTED, "; " + say("narrow the list: /plugin list FILTER"))
    )
    return Message(f"{title}: {_tally(found.tally)}", tone(found.lines[0].verdict), (table, *hint))


def _line(line: PluginLine) -> tuple[str, str, str]:
    return clip(line.plugin.handle), signed(line.verdict), _where(line)


def failing_message(
    found: WorstIncidents,
    outbreaks: Sequence[OutbreakView],
    now: datetime,
    troubled: Sequence[WatchedIncidentView] = (),
    watched: WatchedPlugins = HEARD,
    on: str = "",
) -> Message:
    """The open incidents, all or those `on` a host branch.

    First come the outbreaks that join them, then the worst of the others one by one.

    At the end are the watched sources that are themselves in trouble, so that they say nothing of
    plugins.
    """
    trouble = _troubled(troubled, now)
    if not found.total:
        return _nothing_broken(trouble, watched)
    rows = tuple(_row(each, now) for each in found.incidents)
    blocks: tuple[Block, ...] = (
        *_outbreaks(outbreaks, now),
        *_table(rows),
        *map(
            Text,
            and_more(
                found.total - found.in_outbreaks,
                LISTED,
                "; " + say("see them all: /plugin list broken"),
            ),
        ),
        Text(say("Details: /plugin log NAME. To take one: /plugin claim NUMBER"), quiet=True),
        *trouble,
    )
    return Message(_broken_title(found, on), tone(_worst(found, outbreaks)), blocks)


def _broken_title(found: WorstIncidents, on: str) -> str:
    plugins = count(found.plugins, "{number} plugin", "{number} plugins")
    words = marked("Broken now: {plugins}, {incidents}")
    if on:
        words = marked("Broken on {branch} now: {plugins}, {incidents}")
    return say(
        words,
        branch=clip(on),
        plugins=plugins,
        incidents=count(found.total, "{number} open incident", "{number} open incidents"),
    )


def nothing_broken_on(branch: str) -> Message:
    """No open incident is on this host branch, of which there are reports."""
    title = say("Nothing is known to be broken on {branch}", branch=clip(branch))
    return Message(title, Tone.HEALTHY, (Text(say("On all: /plugin failing")),))


def _worst(found: WorstIncidents, outbreaks: Sequence[OutbreakView]) -> Verdict:
    members = chain.from_iterable(each.incidents for each in outbreaks)
    opened = [each.verdict for each in (*found.incidents, *members) if each.resolved_at is None]
    return max(opened, key=lambda verdict: verdict.severity, default=Verdict.INCOMPATIBLE)


def _table(rows: tuple[tuple[str, ...], ...]) -> tuple[Table, ...]:
    if not rows:
        return ()
    return (
        Table(
            (say("Plugin"), say("Host branch"), say("Status"), say("Incident"), say("Error")), rows
        ),
    )


def _nothing_broken(trouble: tuple[Block, ...], watched: WatchedPlugins) -> Message:
    if not watched.listed:
        how = Text(say(_HOW_TO_BEGIN))
        return Message(say("No plugin is watched yet"), Tone.INFO, (how, *trouble))
    if not watched.heard:
        words = count(
            watched.listed,
            "No recent report covers any of {number} plugin. Who is silent: /plugin silent",
            "No recent report covers any of {number} plugins. Who is silent: /plugin silent",
        )
        title = say("Whether a plugin is broken is not known")
        return Message(title, Tone.UNKNOWN, (Text(words), *trouble))
    quiet = Text(
        say(
            "No incident is open. Plugins without a recent report do not count: /plugin list unknown"
        ),
    )
    if not trouble:
        return Message(say("Nothing is known to be broken"), Tone.HEALTHY, (quiet,))
    title = say("No plugin is known to be broken, but not all sources report")
    return Message(title, Tone.WARNING, (quiet, *trouble))


def _nothing(filter_text: str) -> Message:
    if not filter_text:
        how = say(_HOW_TO_BEGIN)
        return Message(say("No plugins yet"), Tone.INFO, (Text(how),))
    title = say("No plugin matches “{filter_text}”", filter_text=clip(filter_text))
    return Message(title, Tone.INFO, (Text(say("A filter is:")), Items(tuple(map(say, _FILTERS)))))


def _tally(counts: Mapping[Verdict, int]) -> str:
    worst_first = sorted(counts, key=lambda verdict: -verdict.severity)
    return ", ".join(f"{counts[verdict]:,} {verdict.words}" for verdict in worst_first)


def _where(line: PluginLine) -> str:
    if line.verdict is Verdict.UNKNOWN and not line.host_branches:
        return say("no report")
    shown = map(clip, line.host_branches[:_BRANCHES])
    return joined((*shown, *some_more(len(line.host_branches), _BRANCHES)))


def _row(incident: IncidentView, now: datetime) -> tuple[str, ...]:
    return (
        f"{clip(incident.plugin.handle)} ({clip(incident.plugin_branch)})",
        clip(incident.host_branch),
        _status(incident, now),
        str(incident.number),
        clip(error_line(incident.message, incident.backtrace), _ERROR_LIMIT)
        or say("no error text"),
    )


def _status(incident: IncidentView, now: datetime) -> str:
    status = say(
        "{verdict} for {length}",
        verdict=signed(incident.verdict),
        length=lasted(incident.opened_at, now),
    )
    if incident.origin == FIELD_EVIDENCE:
        status += " " + say("(client sites)")
    if words := care_line(incident.care):
        status += f" ({words})"
    return status


def _troubled(troubled: Sequence[WatchedIncidentView], now: datetime) -> tuple[Block, ...]:
    if not troubled:
        return ()
    lines = [trouble_line(each, now) for each in troubled[:LISTED]]
    more = and_more(len(troubled), LISTED, ": /plugin silent")
    return (Text(say("Sources in trouble:")), Items((*lines, *more)))


def _outbreaks(outbreaks: Sequence[OutbreakView], now: datetime) -> tuple[Block, ...]:
    if not outbreaks:
        return ()
    blocks: list[Block] = []
    for each in outbreaks[:TOLD_WHOLE]:
        opened = [member for member in each.incidents if member.resolved_at is None]
        number = each.tally.unmuted + each.tally.muted
        members = listed(opened, number, "", by_fingerprint=each.by_fingerprint)
        blocks += [
            Text(_headline(each, now)),
            *members,
            outbreak_page(each.number),
            *outbreak_buttons(each),
        ]
    if others := outbreaks[TOLD_WHOLE:LISTED]:
        blocks.append(Items(tuple(_headline(each, now) for each in others)))
    return tuple(blocks)


def _headline(outbreak: OutbreakView, now: datetime) -> str:
    length = lasted(outbreak.opened_at, now)
    return say(
        "Outbreak {number}, for {length}: {what}",
        number=outbreak.number,
        length=length,
        what=outbreak_headline(outbreak),
    )
