"""Issues on GitHub: the form of a bug report, and which incidents become issues by themselves."""

from datetime import datetime

from models import queries
from models.actions.asking import Asker, Asking
from models.events import Event
from models.events.filing import BugReport, FilingStyle
from models.messages.bug_report import not_from_here, report_form
from models.messages.help import unknown_plugin
from models.messages.message import Message
from models.messages.report_steps import no_draft, step_form
from models.outbox.ways_out import can_file
from models.rules.report_steps import ReportMove
from models.views import PluginView, StatusMatrix


def bug_form(asking: Asking, plugin: str, move: ReportMove | None = None, step: int = 1) -> Message:
    """The form to report a bug with, where the report would get somewhere; or that of a step behind it."""
    found = queries.find_plugin(asking.session, plugin, allowed=asking.allowed)
    if found is None:
        return unknown_plugin(plugin, queries.handles(asking.session))
    if not can_file(asking.session, found.repository):
        return not_from_here(found)
    if move is not None:
        return _step_form(asking, found, step)
    matrix = queries.status_matrix(asking.session, found, asking.now, allowed=asking.allowed)
    return report_form(found, _host(matrix))


def report(asker: Asker, plugin: str, move: ReportMove | None = None, step: int = 1) -> Event:
    """A bug report, with what was filled into the form; or where somebody goes from a step behind it."""
    told, asked_in = asker.place(for_me=True), asker.place(for_me=False)
    said = asker.filled, asker.allowed
    return BugReport(asker.actor, told, plugin, *said, asked_in, move, step)


def _step_form(asking: Asking, plugin: PluginView, number: int) -> Message:
    steps = queries.report_steps(asking.session, asking.asker.actor, plugin.handle, asking.now)
    if not 2 <= number <= len(steps) + 1:
        return no_draft(plugin)
    return step_form(plugin, steps, number)


def filing(
    asker: Asker, plugin: str, files: bool | None = None, closes: bool | None = None
) -> Event:
    """Whether a plugin's incidents become issues by themselves, and are closed; what is None stays as it is."""
    return FilingStyle(asker.actor, plugin, files, closes, asker.allowed)


def _host(matrix: StatusMatrix) -> str:
    """The host commit that was heard of last: the one that is probably meant."""
    heard: list[tuple[datetime, str]] = []
    for status in matrix.statuses:
        for said in status.verdicts:
            if said.pair.host_sha:
                words = f"{status.host_branch} at {said.pair.host_sha[:7]}"
                heard.append((said.seen_at, words))
    if not heard:
        return ""
    _, words = max(heard)
    return words
