"""The answer to `status`: what every source says of a plugin on every host branch."""

from collections.abc import Sequence
from datetime import datetime

from models.messages import links
from models.messages.blocks import and_more, known_links
from models.messages.evidence import accusation, artefacts_hint, evidence_links
from models.messages.host_branches import unknown_branch
from models.messages.incident_care import care_block
from models.messages.issues import open_issues
from models.messages.message import Block, Items, Message, Table, Text, Tone
from models.messages.repository import troubles
from models.messages.times import age, ago, clock, lasted
from models.messages.words import clip, error_line, joined, signed, tone
from models.rules.sources import DESCRIPTORS
from models.rules.speaking import count, marked, say
from models.rules.status import Verdict, combine
from models.views import IncidentView, PluginView, StatusMatrix, StatusView, VerdictView
from models.views.github import RepositoryView

_ROWS = 20
_NEVER_HEARD = "—"

_WHAT_TO_CHECK = (
    marked(
        "Is it installed on a canary server? The Plugin Guard there reports each time that the server starts."
    ),
    marked("Does that Guard have this server's address and a valid site key?"),
)


def status_message(matrix: StatusMatrix, now: datetime) -> Message:
    """The verdicts as a matrix, the combined ones with since when, and the open incidents."""
    handle = clip(matrix.plugin.handle)
    if not matrix.statuses:
        return _no_report(handle, matrix.plugin, matrix.repository)
    shown = matrix.statuses[:_ROWS]
    blocks: list[Block] = [Items(_summary(matrix.statuses, now)), _matrix(shown, now)]
    for status in shown:
        if status.incident:
            blocks += _incident(status.incident, now)
    blocks += _github(matrix.plugin, matrix.repository)
    worst = combine(status.verdict for status in matrix.statuses)
    return Message(_headline(handle, worst, matrix.statuses), tone(worst), tuple(blocks))


def no_status_on(matrix: StatusMatrix, branch: str, known: list[str]) -> Message:
    """Nobody has reported on the plugin on this host branch.

    `known` are the host branches with reports; says so where the branch is none of them.
    """
    asked = clip(branch)
    if branch in known:
        handle = clip(matrix.plugin.handle)
        return _no_report(handle, matrix.plugin, matrix.repository, asked)
    return unknown_branch(branch, known)


def _no_report(
    handle: str,
    plugin: PluginView,
    repository: RepositoryView | None,
    where: str = "",
) -> Message:
    meaning = say(
        "Nobody has reported on it. That means neither that it works nor that it is broken."
    )
    blocks: tuple[Block, ...] = (
        Text(meaning),
        Text(say("What to check:")),
        Items(tuple(map(say, _WHAT_TO_CHECK))),
    )
    return Message(
        _no_report_title(handle, where),
        Tone.UNKNOWN,
        (*blocks, *_github(plugin, repository)),
    )


def _no_report_title(handle: str, branch: str) -> str:
    if branch:
        return say("{plugin}: no report on {branch} yet", plugin=handle, branch=branch)
    return say("{plugin}: no report yet", plugin=handle)


def _headline(handle: str, worst: Verdict, statuses: Sequence[StatusView]) -> str:
    worst_ones = (status for status in statuses if status.verdict is worst)
    branches = dict.fromkeys(clip(status.host_branch) for status in worst_ones)
    return worst.claim(handle, joined(tuple(branches)))


def _summary(statuses: Sequence[StatusView], now: datetime) -> tuple[str, ...]:
    lines = [_together(status, now) for status in statuses[:_ROWS]]
    hint = "; " + say("ask for one host branch: /plugin status NAME on BRANCH")
    return (*lines, *and_more(len(statuses), _ROWS, hint))


def _together(status: StatusView, now: datetime) -> str:
    said = f"{_place(status)}: {signed(status.verdict)}{_since(status, now)}"
    return f"{said}{_behind(status)}{_field(status)}"


def _since(status: StatusView, now: datetime) -> str:
    if status.changed_at is None:
        return ", " + say("no canary server has reported")
    if status.verdict is Verdict.UNKNOWN:
        # `changed_at` may be from before the reports became too old.
        return ", " + say("no recent report")
    return " " + say(
        "since {changed_at} ({age})",
        changed_at=clock(status.changed_at),
        age=age(status.changed_at, now),
    )


def _behind(status: StatusView) -> str:
    """How many host commits came after the one that was judged; between rebuilds there are some."""
    if not status.behind:
        return ""
    return "; " + count(
        status.behind, "last judged {number} commit ago", "last judged {number} commits ago"
    )


def _field(status: StatusView) -> str:
    if not status.client_sites:
        return ""
    if not status.failing_sites:
        return "; " + count(
            status.client_sites,
            "no failure on {number} client site",
            "no failure on {number} client sites",
        )
    return "; " + count(
        status.client_sites,
        "fails on {failing} of {number} client site",
        "fails on {failing} of {number} client sites",
        failing=f"{status.failing_sites:,}",
    )


def _place(status: StatusView) -> str:
    return say(
        "{plugin_branch} on {host_branch}",
        plugin_branch=clip(status.plugin_branch),
        host_branch=clip(status.host_branch),
    )


def _matrix(statuses: Sequence[StatusView], now: datetime) -> Table:
    several = len({status.plugin_branch for status in statuses}) > 1
    header = [say("Host branch")]
    if several:
        header.append(say("Plugin branch"))
    header += [say(source.column) for source in DESCRIPTORS.values()]
    rows = tuple(_row(status, now, several=several) for status in statuses)
    return Table(tuple(header), rows)


def _row(status: StatusView, now: datetime, *, several: bool) -> tuple[str, ...]:
    said = {view.source: view for view in status.verdicts}
    row = [clip(status.host_branch)]
    if several:
        row.append(clip(status.plugin_branch))
    row += [_cell(said.get(source), now) for source in DESCRIPTORS]
    return tuple(row)


def _cell(view: VerdictView | None, now: datetime) -> str:
    if view is None:
        return _NEVER_HEARD
    if view.verdict is Verdict.UNKNOWN:
        return say(
            "{verdict}, last seen {age}", verdict=signed(view.verdict), age=ago(view.seen_at, now)
        )
    return f"{signed(view.verdict)}, {ago(view.seen_at, now)}"


def _incident(incident: IncidentView, now: datetime) -> tuple[Block, ...]:
    return (
        Text(_opened(incident, now)),
        *care_block(incident.care),
        Text(accusation(incident)),
        *evidence_links(incident),
        Text(_where_to_look(incident)),
    )


def _opened(incident: IncidentView, now: datetime) -> str:
    where = clip(incident.host_branch)
    length = lasted(incident.opened_at, now)
    opened = say(
        "Incident {number} on {host}, open for {length}",
        number=incident.number,
        host=where,
        length=length,
    )
    if incident.outbreak is not None:
        opened = say(
            "Incident {number} on {host}, open for {length}, part of outbreak {outbreak}",
            number=incident.number,
            host=where,
            length=length,
            outbreak=incident.outbreak,
        )
    said = error_line(incident.message, incident.backtrace) or incident.verdict.words
    return f"{opened}: {said}"


def _where_to_look(incident: IncidentView) -> str:
    handle = clip(incident.plugin.handle)
    words = say("Details: /plugin log {plugin}", plugin=handle)
    if incident.backtrace:
        words = say("Backtrace: /plugin log {plugin}", plugin=handle)
    if hint := artefacts_hint(incident):
        run = say("The run's log and screenshot: {hint}", hint=hint)
        return f"{words}. {run}"
    return words


def _github(plugin: PluginView, repository: RepositoryView | None) -> tuple[Block, ...]:
    link = known_links((say("Plugin repository"), links.folder(plugin.repository, plugin.path)))
    if repository is None:
        return link
    return (*map(Text, troubles(repository)), *open_issues(plugin, repository), *link)
