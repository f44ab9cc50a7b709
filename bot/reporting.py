"""The commands about issues on GitHub: the form of a bug report, and which incidents become issues by themselves."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.acting import actor
from bot.asker import Asker, Becomes, Question
from bot.following import place
from bot.grammar import QUOTE_NAMES, Command, Misunderstood, extra, one_name
from models import queries
from models.database import Session
from models.events import Event
from models.events.filing import BugReport, FilingStyle
from models.messages.bug_report import not_from_here, report_form
from models.messages.help import unknown_plugin
from models.messages.message import Message
from models.outside import can_file
from models.rules.privacy import Clearance
from models.views import StatusMatrix

_FILES = {"auto": True, "manual": False}
_CLOSES = {"close": True, "keep": False}


def read_filing(name: str, words: Sequence[str]) -> Command | Misunderstood:
    """A plugin's name, and perhaps how its incidents and issues go together."""
    command = one_name(name, words[:1])
    if isinstance(command, Misunderstood):
        return command
    for word in (word.casefold() for word in words[1:]):
        if word in _FILES:
            command = replace(command, files=_FILES[word])
        elif word in _CLOSES:
            command = replace(command, closes=_CLOSES[word])
        else:
            return extra(name, [word], f"; say auto or manual, close or keep{QUOTE_NAMES}")
    return command


def bug_form(session: Session, command: Command, _asker: Asker, allowed: Clearance, now: datetime) -> Message:
    """The form to report a bug with, where the report would get somewhere."""
    plugin = queries.find_plugin(session, command.subject, allowed=allowed)
    if plugin is None:
        return unknown_plugin(command.subject, queries.handles(session))
    if not can_file(session, plugin.repository):
        return not_from_here(plugin)
    return report_form(plugin, _host(queries.status_matrix(session, plugin, now, allowed=allowed)))


def _host(matrix: StatusMatrix) -> str:
    """The host commit that was heard of last: the one that is probably meant."""
    heard = [
        (source.seen_at, status.host_branch, source.pair.host_sha)
        for status in matrix.statuses
        for source in status.sources
        if source.pair.host_sha
    ]
    _, branch, sha = max(heard, default=(None, "", ""))
    return f"{branch} at {sha[:7]}" if sha else ""


def _report(command: Command, asker: Asker, allowed: Clearance) -> Event:
    return BugReport(actor(asker), place(asker, for_me=True), command.subject, asker.filled, allowed)


def _filing(command: Command, asker: Asker, _allowed: Clearance) -> Event:
    return FilingStyle(actor(asker), command.subject, command.files, command.closes)


# The commands that first ask for more than can be typed. What is filled in comes back with the asker.
FORMS: dict[str, Question] = {"report": bug_form}
# The commands that change something, each with the event that it becomes.
EVENTS: dict[str, Becomes] = {"report": _report, "filing": _filing}
