"""What the bot says to a question: models.queries is read, and models.messages composes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TypedDict

from bot.commands import COMMANDS, ROWS, NoCommand, Parsed
from bot.grammar import Command, Misunderstood
from models import queries
from models.clearances import admitted_workspaces
from models.database import Session
from models.messages.help import (
    CommandHelp,
    command_message,
    help_message,
    unknown_command,
    unknown_plugin,
    usage_message,
)
from models.messages.history import history_message, log_message
from models.messages.info import info_message
from models.messages.issues import issues_message, never_told, not_told_here
from models.messages.jobs import jobs_message
from models.messages.lists import failing_message, list_message
from models.messages.message import Message
from models.messages.silences import silent_message
from models.messages.status import no_status_on, status_message
from models.rules.privacy import Clearance
from models.rules.status import Verdict
from models.views import PluginView

_INCIDENTS = 20
_ISSUES = 20

_HELP = tuple(row.help for row in COMMANDS)


class Words(TypedDict):
    """What can be completed: the commands with their usage, plugins by handle, host branches, and canary servers.

    `guilds` are the workspaces of Discord that are admitted: what servers there are is not for all.
    """

    commands: tuple[CommandHelp, ...]
    plugins: list[str]
    branches: list[str]
    servers: list[str]
    guilds: list[str]


def completions(session: Session) -> Words:
    """What can be completed now."""
    return {
        "commands": _HELP,
        "plugins": queries.handles(session),
        "branches": queries.host_branches(session),
        "servers": queries.canary_servers(session),
        "guilds": [workspace for platform, workspace in admitted_workspaces(session) if platform == "discord"],
    }


def answer(session: Session, asked: Parsed, allowed: Clearance, now: datetime) -> Message:
    """The answer to a question, as far as it may be known; or what would be one where it was not understood."""
    match asked:
        case Command(name):
            return _ANSWERS[name](session, asked, allowed, now)
        case Misunderstood(problem, name):
            return usage_message(problem, ROWS[name].help if name else None)
        case NoCommand(word, status):
            if queries.find_plugin(session, word):
                return answer(session, status, allowed, now)
            return unknown_command(word, _HELP, queries.handles(session))


def _status(session: Session, plugin: PluginView, command: Command, allowed: Clearance, now: datetime) -> Message:
    matrix = queries.status_matrix(session, plugin, now, allowed=allowed)
    if not command.branch:
        return status_message(matrix, now)
    branch = command.branch.casefold()
    chosen = tuple(status for status in matrix.statuses if status.host_branch.casefold() == branch)
    if not chosen:
        return no_status_on(matrix, branch, queries.host_branches(session))
    return status_message(replace(matrix, statuses=chosen), now)


def _list(session: Session, command: Command, allowed: Clearance, now: datetime) -> Message:
    # People write a status as it is shown, "tests failing"; the wire's name for it has an underscore.
    as_verdict = command.subject.casefold().replace(" ", "_")
    wanted = as_verdict if as_verdict in set(Verdict) else command.subject
    return list_message(queries.plugin_lines(session, now, wanted, allowed=allowed), command.subject)


def _failing(session: Session, _command: Command, allowed: Clearance, now: datetime) -> Message:
    sources = queries.open_source_incidents(session) if allowed.inside else ()
    incidents = queries.open_incidents(session, allowed=allowed)
    return failing_message(incidents, queries.open_outbreaks(session, allowed=allowed), now, sources)


def _silent(session: Session, _command: Command, _allowed: Clearance, now: datetime) -> Message:
    return silent_message(queries.watched_sources(session), now)


def _log(session: Session, plugin: PluginView, _command: Command, allowed: Clearance, now: datetime) -> Message:
    return log_message(plugin, queries.incidents_of(session, plugin, _INCIDENTS, allowed=allowed), now)


def _info(session: Session, plugin: PluginView, _command: Command, allowed: Clearance, now: datetime) -> Message:
    return info_message(
        plugin,
        queries.repository_of(session, plugin, allowed=allowed),
        now,
        queries.reading_of(session, plugin, allowed=allowed),
    )


def _issues(session: Session, plugin: PluginView, command: Command, allowed: Clearance, now: datetime) -> Message:
    if not plugin.repository:
        return not_told_here(plugin)
    repository = queries.repository_of(session, plugin, allowed=allowed)
    found = queries.issues_of(session, plugin, _ISSUES, state=command.state, label=command.label, allowed=allowed)
    if repository is None or found is None:
        return never_told(plugin)
    return issues_message(plugin, repository, found, now)


def _history(session: Session, plugin: PluginView, _command: Command, allowed: Clearance, now: datetime) -> Message:
    return history_message(plugin, queries.incidents_of(session, plugin, _INCIDENTS, allowed=allowed), now)


def _jobs(session: Session, _command: Command, allowed: Clearance, now: datetime) -> Message:
    return jobs_message(queries.jobs(session, now, allowed=allowed), now)


def _help(_session: Session, command: Command, _allowed: Clearance, _now: datetime) -> Message:
    if not command.subject:
        return help_message(_HELP)
    row = ROWS.get(command.subject)
    return command_message(row.help) if row else unknown_command(command.subject, _HELP, ())


Answer = Callable[[Session, Command, Clearance, datetime], Message]
AboutPlugin = Callable[[Session, PluginView, Command, Clearance, datetime], Message]


def _about(compose: AboutPlugin) -> Answer:
    """The answer to a command about one plugin: it is looked up first, and near names are offered if it is unknown."""

    def about(session: Session, command: Command, allowed: Clearance, now: datetime) -> Message:
        plugin = queries.find_plugin(session, command.subject, allowed=allowed)
        if plugin is None:
            return unknown_plugin(command.subject, queries.handles(session))
        return compose(session, plugin, command, allowed, now)

    return about


_ANSWERS: dict[str, Answer] = {
    "status": _about(_status),
    "list": _list,
    "failing": _failing,
    "silent": _silent,
    "log": _about(_log),
    "info": _about(_info),
    "history": _about(_history),
    "issues": _about(_issues),
    "jobs": _jobs,
    "help": _help,
}
