"""The answer to `status`: what every source says of a plugin on every host branch."""

from collections.abc import Sequence
from datetime import datetime

from models.messages import links
from models.messages.blocks import and_more, known_links
from models.messages.evidence import accusation, artefacts_hint, evidence_links
from models.messages.incident_care import care_block
from models.messages.issues import open_issues
from models.messages.message import Block, Items, Message, Table, Text, Tone
from models.messages.repository import troubles
from models.messages.suggestions import closest
from models.messages.times import age, ago, clock, lasted
from models.messages.words import claim, clip, count, either, error_line, joined, signed, tone, word
from models.rules.sources import DESCRIPTORS
from models.rules.status import Verdict, combine
from models.views import IncidentView, PluginView, StatusMatrix, StatusView, VerdictView
from models.views.github import RepositoryView

_ROWS = 20
_NEVER_HEARD = "—"

_WHAT_TO_CHECK = (
    "Is it installed on a canary server? The Plugin Guard there reports each time that the server starts.",
    "Does that Guard have this server's address and a valid site key?",
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
        return _no_report(handle, matrix.plugin, matrix.repository, f" on {asked}")
    hint = f"Host branches: {joined(tuple(map(clip, known[:_ROWS])))}."
    if meant := closest(branch, known):
        hint = f"Did you mean {either(meant)}?"
    return Message(f"No report speaks of a host branch “{asked}”", Tone.INFO, (Text(hint),))


def _no_report(
    handle: str,
    plugin: PluginView,
    repository: RepositoryView | None,
    where: str = "",
) -> Message:
    meaning = "Nobody has reported on it. That means neither that it works nor that it is broken."
    blocks: tuple[Block, ...] = (Text(meaning), Text("What to check:"), Items(_WHAT_TO_CHECK))
    return Message(
        f"{handle}: no report{where} yet",
        Tone.UNKNOWN,
        (*blocks, *_github(plugin, repository)),
    )


def _headline(handle: str, worst: Verdict, statuses: Sequence[StatusView]) -> str:
    worst_ones = (status for status in statuses if status.verdict is worst)
    branches = dict.fromkeys(clip(status.host_branch) for status in worst_ones)
    return f"{handle} {claim(worst)} {joined(tuple(branches))}"


def _summary(statuses: Sequence[StatusView], now: datetime) -> tuple[str, ...]:
    lines = [_together(status, now) for status in statuses[:_ROWS]]
    hint = "; ask for one host branch: /plugin status NAME on BRANCH"
    return (*lines, *and_more(len(statuses), _ROWS, hint))


def _together(status: StatusView, now: datetime) -> str:
    said = f"{_place(status)}: {signed(status.verdict)}{_since(status, now)}"
    return f"{said}{_behind(status)}{_field(status)}"


def _since(status: StatusView, now: datetime) -> str:
    if status.changed_at is None:
        return ", no canary server has reported"
    if status.verdict is Verdict.UNKNOWN:
        # `changed_at` may be from before the reports became too old.
        return ", no recent report"
    return f" since {clock(status.changed_at)} ({age(status.changed_at, now)})"


def _behind(status: StatusView) -> str:
    """How many host commits came after the one that was judged; between rebuilds there are some."""
    if not status.behind:
        return ""
    return f"; last judged {count(status.behind, 'commit')} ago"


def _field(status: StatusView) -> str:
    if not status.client_sites:
        return ""
    sites = count(status.client_sites, "client site")
    if not status.failing_sites:
        return f"; no failure on {sites}"
    return f"; fails on {status.failing_sites:,} of {sites}"


def _place(status: StatusView) -> str:
    return f"{clip(status.plugin_branch)} on {clip(status.host_branch)}"


def _matrix(statuses: Sequence[StatusView], now: datetime) -> Table:
    several = len({status.plugin_branch for status in statuses}) > 1
    header = ["Host branch"]
    if several:
        header.append("Plugin branch")
    header += [source.column for source in DESCRIPTORS.values()]
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
        return f"{signed(view.verdict)}, last seen {ago(view.seen_at, now)}"
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
    where = f"Incident {incident.number} on {clip(incident.host_branch)}"
    opened = f"{where}, open for {lasted(incident.opened_at, now)}"
    if incident.outbreak is not None:
        opened += f", part of outbreak {incident.outbreak}"
    said = error_line(incident.message, incident.backtrace) or word(incident.verdict)
    return f"{opened}: {said}"


def _where_to_look(incident: IncidentView) -> str:
    label = "Backtrace" if incident.backtrace else "Details"
    words = f"{label}: /plugin log {clip(incident.plugin.handle)}"
    if hint := artefacts_hint(incident):
        words += f". The run's log and screenshot: {hint}"
    return words


def _github(plugin: PluginView, repository: RepositoryView | None) -> tuple[Block, ...]:
    link = known_links(("Plugin repository", links.folder(plugin.repository, plugin.path)))
    if repository is None:
        return link
    return (*map(Text, troubles(repository)), *open_issues(plugin, repository), *link)
