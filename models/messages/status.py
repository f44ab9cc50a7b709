"""The answer to `status`: what every source says of a plugin on every host branch."""

from collections.abc import Sequence
from datetime import datetime

from models.messages import links
from models.messages.acting import care_block
from models.messages.evidence import accusation, artefacts_hint, evidence_links
from models.messages.issues import open_issues
from models.messages.message import Block, Items, Links, Message, Table, Text, Tone
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
    incidents = (block for status in shown if status.incident for block in _incident(status.incident, now))
    worst = combine(status.verdict for status in matrix.statuses)
    return Message(
        _headline(handle, worst, matrix.statuses),
        tone(worst),
        (
            Items(_summary(matrix.statuses, now)),
            _matrix(shown, now),
            *incidents,
            *_github(matrix.plugin, matrix.repository),
        ),
    )


def no_status_on(matrix: StatusMatrix, branch: str, known: list[str]) -> Message:
    """For a host branch on which nobody has reported on the plugin; says when no plugin has reports there at all."""
    handle, asked = clip(matrix.plugin.handle), clip(branch)
    if branch in known:
        return _no_report(handle, matrix.plugin, matrix.repository, f" on {asked}")
    meant = closest(branch, known)
    hint = f"Did you mean {either(meant)}?" if meant else f"Host branches: {joined(tuple(map(clip, known[:_ROWS])))}."
    return Message(f"No report speaks of a host branch “{asked}”", Tone.INFO, (Text(hint),))


def _no_report(handle: str, plugin: PluginView, repository: RepositoryView | None, where: str = "") -> Message:
    meaning = "Nobody has reported on it. That means neither that it works nor that it is broken."
    blocks: tuple[Block, ...] = (Text(meaning), Text("What to check:"), Items(_WHAT_TO_CHECK))
    return Message(f"{handle}: no report{where} yet", Tone.UNKNOWN, (*blocks, *_github(plugin, repository)))


def _headline(handle: str, worst: Verdict, statuses: Sequence[StatusView]) -> str:
    branches = dict.fromkeys(clip(status.host_branch) for status in statuses if status.verdict is worst)
    return f"{handle} {claim(worst)} {joined(tuple(branches))}"


def _summary(statuses: Sequence[StatusView], now: datetime) -> tuple[str, ...]:
    rest = len(statuses) - _ROWS
    more = (f"and {rest:,} more; ask for one host branch: /plugin status NAME on BRANCH",) if rest > 0 else ()
    return (*(_together(status, now) for status in statuses[:_ROWS]), *more)


def _together(status: StatusView, now: datetime) -> str:
    return f"{_place(status)}: {signed(status.verdict)}{_since(status, now)}{_behind(status)}{_field(status)}"


def _since(status: StatusView, now: datetime) -> str:
    if status.changed_at is None:
        return ", no canary server has reported"
    if status.verdict is Verdict.UNKNOWN:
        # The row may not have been told yet that its reports are too old, so it does not know since when.
        return ", no recent report"
    return f" since {clock(status.changed_at)} ({age(status.changed_at, now)})"


def _behind(status: StatusView) -> str:
    """How old the host was that was judged; some commits come in between any two rebuilds."""
    return f"; last judged {count(status.behind, 'commit')} ago" if status.behind else ""


def _field(status: StatusView) -> str:
    if not status.client_sites:
        return ""
    sites = count(status.client_sites, "client site")
    return f"; fails on {status.failing_sites:,} of {sites}" if status.failing_sites else f"; no failure on {sites}"


def _place(status: StatusView) -> str:
    return f"{clip(status.plugin_branch)} on {clip(status.host_branch)}"


def _matrix(statuses: Sequence[StatusView], now: datetime) -> Table:
    several = len({status.plugin_branch for status in statuses}) > 1
    header = (
        "Host branch",
        *(("Plugin branch",) if several else ()),
        *(source.column for source in DESCRIPTORS.values()),
    )
    return Table(header, tuple(_row(status, now, several=several) for status in statuses))


def _row(status: StatusView, now: datetime, *, several: bool) -> tuple[str, ...]:
    said = {view.source: view for view in status.verdicts}
    branch = (clip(status.plugin_branch),) if several else ()
    return (clip(status.host_branch), *branch, *(_cell(said.get(source), now) for source in DESCRIPTORS))


def _cell(view: VerdictView | None, now: datetime) -> str:
    if view is None:
        return _NEVER_HEARD
    if view.verdict is Verdict.UNKNOWN:
        return f"{signed(view.verdict)}, last heard {ago(view.seen_at, now)}"
    return f"{signed(view.verdict)}, {ago(view.seen_at, now)}"


def _incident(incident: IncidentView, now: datetime) -> tuple[Block, ...]:
    said = error_line(incident.message) or word(incident.verdict)
    opened = f"Incident {incident.number} on {clip(incident.host_branch)}, open for {lasted(incident.opened_at, now)}"
    outbreak = f", part of outbreak {incident.outbreak}" if incident.outbreak is not None else ""
    more = f"{'Backtrace' if incident.backtrace else 'Details'}: /plugin log {clip(incident.plugin.handle)}"
    run = f". The run's log and screenshot: {hint}" if (hint := artefacts_hint(incident)) else ""
    return (
        Text(f"{opened}{outbreak}: {said}"),
        *care_block(incident.care),
        Text(accusation(incident)),
        *evidence_links(incident),
        Text(more + run),
    )


def _github(plugin: PluginView, repository: RepositoryView | None) -> tuple[Block, ...]:
    address = links.repository(plugin.repository)
    link = (Links((("Plugin repository", address),)),) if address else ()
    if repository is None:
        return link
    return (*map(Text, troubles(repository)), *open_issues(plugin, repository), *link)
