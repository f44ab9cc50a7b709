"""The answers to questions: models.queries is read, and models.messages composes."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from models import queries
from models.actions.asking import Asking
from models.messages.acting import no_incident, no_outbreak
from models.messages.given_up import given_up_message
from models.messages.help import (
    EXAMPLE,
    OTHER_EXAMPLE,
    command_message,
    help_message,
    unknown_command,
    unknown_plugin,
)
from models.messages.history import history_message, log_message
from models.messages.host_branches import unknown_branch
from models.messages.info import info_message
from models.messages.issues import issues_message, never_told, not_told_here
from models.messages.jobs import jobs_message
from models.messages.lists import (
    LISTED,
    TOLD_WHOLE,
    failing_message,
    list_message,
    nothing_broken_on,
)
from models.messages.message import Message
from models.messages.outbreak import outbreak_card
from models.messages.pages import incident_page, with_board, with_plugin_page
from models.messages.silences import silent_message
from models.messages.status import no_status_on, status_message
from models.queries.given_up import given_up
from models.queries.registry import declarations_about
from models.queries.usage import usage_of
from models.queries.worst import watched_plugins
from models.rules.care import incident_number, outbreak_number
from models.rules.routing import OUTBREAK_LISTED
from models.rules.status import Verdict
from models.views import IncidentStory, PluginView

_INCIDENTS = 20
_ISSUES = 20

AboutPlugin = Callable[..., Message]


def about_plugin(compose: AboutPlugin) -> Callable[..., Message]:
    """The answer to a question about one plugin: it is looked up first, and near names are offered if it is unknown."""

    def about(asking: Asking, plugin: str, **values: Any) -> Message:
        found = queries.find_plugin(asking.session, plugin, allowed=asking.allowed)
        if found is None:
            return unknown_plugin(plugin, queries.handles(asking.session))
        return with_plugin_page(compose(asking, found, **values), found.handle)

    return about


@about_plugin
def status(asking: Asking, plugin: PluginView, branch: str = "") -> Message:
    """Whether a plugin works, on every host branch or on one."""
    matrix = queries.status_matrix(asking.session, plugin, asking.now, allowed=asking.allowed)
    if not branch:
        return status_message(matrix, asking.now)
    wanted = branch.casefold()
    chosen = tuple(each for each in matrix.statuses if each.host_branch.casefold() == wanted)
    if not chosen:
        return no_status_on(
            matrix, wanted, queries.host_branches(asking.session, allowed=asking.allowed)
        )
    return status_message(replace(matrix, statuses=chosen), asking.now)


def listed(asking: Asking, filter: str = "") -> Message:  # noqa: A002 - the word people use
    """All plugins, or those that match."""
    # People write a status as it is shown, "tests failing"; the wire's name for it has an underscore.
    as_verdict = filter.casefold().replace(" ", "_")
    wanted = as_verdict if as_verdict in set(Verdict) else filter
    found = queries.worst_plugins(
        asking.session, asking.now, wanted, LISTED, allowed=asking.allowed
    )
    return list_message(found, filter)


def failing(asking: Asking, branch: str = "") -> Message:
    """What is broken now, on all host branches or on one."""
    session, allowed = asking.session, asking.allowed
    if branch:
        return with_board(_failing_on(asking, branch))
    troubled = queries.open_watched_incidents(session) if allowed.inside else ()
    outbreaks = queries.open_outbreaks(session, allowed=allowed)
    named = [outbreak.number for outbreak in outbreaks[:TOLD_WHOLE]]
    incidents = queries.worst_incidents(session, LISTED, named, allowed=allowed)
    if incidents.total:
        return with_board(failing_message(incidents, outbreaks, asking.now, troubled))
    watched = watched_plugins(session, asking.now, allowed=allowed)
    return with_board(failing_message(incidents, outbreaks, asking.now, troubled, watched))


def _failing_on(asking: Asking, wanted: str) -> Message:
    session, allowed = asking.session, asking.allowed
    known = queries.host_branches(session, allowed=allowed)
    branch = next((each for each in known if each.casefold() == wanted.casefold()), None)
    if branch is None:
        return unknown_branch(wanted, known)
    found = queries.open_outbreaks(session, allowed=allowed)
    outbreaks = [each for each in found if each.host_branch == branch]
    named = [outbreak.number for outbreak in outbreaks[:TOLD_WHOLE]]
    incidents = queries.worst_incidents(session, LISTED, named, branch, allowed=allowed)
    if not incidents.total:
        return nothing_broken_on(branch)
    return failing_message(incidents, outbreaks, asking.now, on=branch)


def silent(asking: Asking) -> Message:
    """Who stopped reporting."""
    return silent_message(queries.watched_sources(asking.session), asking.now)


def log(asking: Asking, plugin: str) -> Message:
    """What went wrong in the incident or the outbreak of this number, or last with the plugin of this name."""
    if (number := incident_number(plugin)) is not None:
        story = queries.incident_story(asking.session, number, allowed=asking.allowed)
        if story is None:
            return no_incident(number)
        told = log_message(story.incident.plugin, (story,), asking.now)
        return replace(told, blocks=(*told.blocks, incident_page(number)))
    if (number := outbreak_number(plugin)) is not None:
        outbreak = queries.outbreak_numbered(
            asking.session, number, OUTBREAK_LISTED, allowed=asking.allowed
        )
        return outbreak_card(outbreak) if outbreak else no_outbreak(number)
    return _log_of_plugin(asking, plugin)


@about_plugin
def _log_of_plugin(asking: Asking, plugin: PluginView) -> Message:
    return log_message(plugin, _incidents(asking, plugin), asking.now)


@about_plugin
def info(asking: Asking, plugin: PluginView) -> Message:
    """What is known of a plugin and its repository."""
    repository = queries.repository_of(asking.session, plugin, allowed=asking.allowed)
    reading = queries.reading_of(asking.session, plugin, allowed=asking.allowed)
    declared = declarations_about(asking.session, {plugin.handle}, allowed=asking.allowed)
    usage = usage_of(asking.session, plugin.handle, asking.now)
    return info_message(plugin, repository, asking.now, reading, declared, usage)


@about_plugin
def issues(
    asking: Asking, plugin: PluginView, state: str = "open", labels: tuple[str, ...] = ()
) -> Message:
    """A plugin's issues on GitHub that bear all these labels."""
    if not plugin.repository:
        return not_told_here(plugin)
    session, allowed = asking.session, asking.allowed
    repository = queries.repository_of(session, plugin, allowed=allowed)
    found = queries.issues_of(session, plugin, _ISSUES, state=state, labels=labels, allowed=allowed)
    if repository is None or found is None:
        return never_told(plugin)
    return issues_message(plugin, repository, found, asking.now)


def _incidents(asking: Asking, plugin: PluginView) -> Sequence[IncidentStory]:
    return queries.incidents_of(asking.session, plugin, _INCIDENTS, allowed=asking.allowed)


@about_plugin
def history(asking: Asking, plugin: PluginView) -> Message:
    """When a plugin was broken, and for how long."""
    return history_message(plugin, _incidents(asking, plugin), asking.now)


def deprecated(asking: Asking) -> Message:
    """Plugins that should not be used any more, or that nobody keeps."""
    found = given_up(asking.session, asking.now, allowed=asking.allowed)
    return given_up_message(found, asking.now)


def jobs(asking: Asking) -> Message:
    """Scheduled jobs, with their last and next runs."""
    return jobs_message(
        queries.jobs(asking.session, asking.now, allowed=asking.allowed), asking.now
    )


def help_(asking: Asking, command: str = "") -> Message:
    """All that can be asked, or one of them in detail."""
    known = asking.dictionary.commands(asking.used)
    if not command:
        return help_message(known)
    found = next((each for each in known if each.name == command), None)
    if found is None:
        return unknown_command(command, known, ())
    examples = queries.example_handles(asking.session, EXAMPLE, OTHER_EXAMPLE)
    return command_message(found.about(*examples))
