"""What the bot says to a question: the text is parsed, models.queries is read, and models.messages composes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TypedDict

from bot.commands import COMMANDS, ROWS, Command, Misunderstood, NoCommand, Parsed, parse
from models import queries
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
from models.messages.lists import failing_message, list_message
from models.messages.message import Message
from models.messages.status import no_status_on, status_message
from models.rules.status import Verdict
from models.views import PluginView

_INCIDENTS = 20

_HELP = tuple(row.help for row in COMMANDS)


class Words(TypedDict):
    """What can be completed: the commands with their usage, plugins by handle, and host branches."""

    commands: tuple[CommandHelp, ...]
    plugins: list[str]
    branches: list[str]


def answer(session: Session, text: str, now: datetime) -> Message:
    """The answer to whatever was typed. What is not understood is answered too, with what would be."""
    return _answer(session, parse(text), now)


def completions(session: Session) -> Words:
    """What can be completed now."""
    return {"commands": _HELP, "plugins": queries.handles(session), "branches": queries.host_branches(session)}


def _answer(session: Session, asked: Parsed, now: datetime) -> Message:
    match asked:
        case Command(name):
            return _ANSWERS[name](session, asked, now)
        case Misunderstood(problem, name):
            return usage_message(problem, ROWS[name].help if name else None)
        case NoCommand(word, status):
            if queries.find_plugin(session, word):
                return _answer(session, status, now)
            return unknown_command(word, _HELP, queries.handles(session))


def _status(session: Session, plugin: PluginView, command: Command, now: datetime) -> Message:
    matrix = queries.status_matrix(session, plugin, now)
    if not command.branch:
        return status_message(matrix, now)
    branch = command.branch.casefold()
    chosen = tuple(status for status in matrix.statuses if status.host_branch.casefold() == branch)
    if not chosen:
        return no_status_on(plugin, branch, queries.host_branches(session))
    return status_message(replace(matrix, statuses=chosen), now)


def _list(session: Session, command: Command, now: datetime) -> Message:
    # People write a status as it is shown, "tests failing"; the wire's name for it has an underscore.
    as_verdict = command.subject.casefold().replace(" ", "_")
    wanted = as_verdict if as_verdict in set(Verdict) else command.subject
    return list_message(queries.plugin_lines(session, now, wanted), command.subject)


def _failing(session: Session, _command: Command, now: datetime) -> Message:
    return failing_message(queries.open_incidents(session), queries.open_outbreaks(session), now)


def _log(session: Session, plugin: PluginView, _command: Command, now: datetime) -> Message:
    return log_message(plugin, queries.incidents_of(session, plugin, _INCIDENTS), now)


def _info(_session: Session, plugin: PluginView, _command: Command, _now: datetime) -> Message:
    return info_message(plugin)


def _history(session: Session, plugin: PluginView, _command: Command, now: datetime) -> Message:
    return history_message(plugin, queries.incidents_of(session, plugin, _INCIDENTS), now)


def _help(_session: Session, command: Command, _now: datetime) -> Message:
    if not command.subject:
        return help_message(_HELP)
    row = ROWS.get(command.subject)
    return command_message(row.help) if row else unknown_command(command.subject, _HELP, ())


Answer = Callable[[Session, Command, datetime], Message]
AboutPlugin = Callable[[Session, PluginView, Command, datetime], Message]


def _about(compose: AboutPlugin) -> Answer:
    """The answer to a command about one plugin: it is looked up first, and near names are offered if it is unknown."""

    def about(session: Session, command: Command, now: datetime) -> Message:
        plugin = queries.find_plugin(session, command.subject)
        if plugin is None:
            return unknown_plugin(command.subject, queries.handles(session))
        return compose(session, plugin, command, now)

    return about


_ANSWERS: dict[str, Answer] = {
    "status": _about(_status),
    "list": _list,
    "failing": _failing,
    "log": _about(_log),
    "info": _about(_info),
    "history": _about(_history),
    "help": _help,
}
