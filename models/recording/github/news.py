"""Announces GitHub's news to those who follow a plugin.

Recording a delivery calls these functions, once for each change. Only plugins whose repository is
known from GitHub are meant; several plugins may share one repository.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from sqlmodel import Session

from models import outbox
from models.messages.github_app import AppTransition, app_news
from models.messages.issues import issue_card, issue_reply
from models.messages.message import Message
from models.messages.release import release_card
from models.messages.repository import RepositoryTransition, repository_news
from models.outbox import Letter
from models.queries.incidents import open_incidents
from models.queries.issues import issue_views
from models.queries.plugins import plugin_view
from models.queries.privacy import private_plugins
from models.queries.repositories import release_view
from models.recording.github.happenings import tell_of_issue, tell_of_release
from models.recording.github.news_listeners import (
    plugins_of,
    plugins_of_account,
    repository_named,
    who_hears,
)
from models.rules.conversations import About, Conversation
from models.rules.privacy import Clearance
from models.rules.routing import Listener, News, Topic
from models.rules.speaking import speaking
from models.tables import AppInstallation, Issue, Posting, Release, Repository
from models.views import IncidentView, PluginView
from models.views.github import IssueView

# GitHub sends a delivery again for three days; an older issue was opened before we listened.
RECENT = timedelta(days=3)

# What became of an App that is in this state now and was in another.
_APP_TRANSITIONS = {
    "suspended": AppTransition.SUSPENDED,
    "deleted": AppTransition.UNINSTALLED,
    "active": AppTransition.BACK,
}
# What is told to those who hear of releases. All else endangers the plugin, so it is told to those who hear when it
# breaks.
_FOR_RELEASES = {RepositoryTransition.RENAMED}


def release_published(session: Session, release: Release, now: datetime) -> None:
    """Post the release's card. The caller makes sure that each release comes here once."""
    view = release_view(release)
    plugins = plugins_of(session, [release.repository_id])
    if view is None or not plugins:
        return
    full_name, private = repository_named(session, release.repository_id)
    news = News(Topic.RELEASES, author=release.author, private=private)
    conversation = Conversation.on(About.RELEASE, release.github_id)
    letters: list[Letter] = []
    known: dict[tuple[int | None, Clearance], list[IncidentView]] = {}
    for listener, heard in who_hears(session, news, plugins):
        broken: list[IncidentView] = []
        for plugin in heard:
            key = plugin.id, listener.allowed
            if key not in known:
                known[key] = open_incidents(session, plugin_view(plugin), allowed=listener.allowed)
            broken += known[key]
        with speaking(listener.language):
            card = release_card([plugin_view(plugin) for plugin in heard], view, full_name, broken)
        letters.append(_post(listener, conversation, card, private=private))
    outbox.enqueue_all(session, letters, now)
    if not private:
        tell_of_release(session, plugins, full_name, view, now)


def issue_changed(session: Session, before: Issue | None, after: Issue, now: datetime) -> None:
    """Post the card of an issue that was just opened; later edit it, and reply when its state changes."""
    is_news = after.state == "open" and not after.gone and now - after.created_at <= RECENT
    if before is None and not is_news:
        return
    plugins = plugins_of(session, [after.repository_id])
    if not plugins:
        return
    full_name, private = repository_named(session, after.repository_id)
    # Who was told of the issue hears how it ended, whatever labels it got since.
    news = News(Topic.ISSUES, private=private)
    seen = _SeenIssue.of(session, after)
    if before is None:
        news = replace(news, labels=seen.view.labels, author=after.author)
    conversation = Conversation.on(About.ISSUE, after.github_id)
    was = _SeenIssue.of(session, before) if before else None
    standing = outbox.standing(session, conversation) if before else frozenset()
    letters: list[Letter] = []
    for listener, heard in who_hears(session, news, plugins):
        views = [plugin_view(plugin) for plugin in heard]
        to = partial(Letter, listener.destination_id, conversation, private=private)
        with speaking(listener.language):
            if was is None:
                letters.append(to(Posting.POST, seen.card(views, full_name)))
            elif listener.destination_id in standing:
                letters += (to(*change) for change in _changes(views, was, seen, full_name, now))
    outbox.enqueue_all(session, letters, now)
    if not private:
        tell_of_issue(session, plugins, full_name, before, after, now)


def repository_changed(
    session: Session, before: Repository | None, after: Repository, now: datetime
) -> None:
    """Tell what changed about the repository.

    At first sight nothing is told, because it may have been so for a long time.
    """
    if before is None:
        return
    transitions = _transitions(before, after)
    plugins = plugins_of(session, [after.github_id]) if transitions else []
    if not plugins:
        return
    for transition in transitions:
        topic = Topic.RELEASES if transition in _FOR_RELEASES else Topic.BROKEN
        # That it is public now reveals nothing. Every other change may name what was private before.
        private = after.private or (
            before.private and transition is not RepositoryTransition.PUBLIC
        )
        conversation = Conversation.on(
            About.REPOSITORY, after.github_id, transition, now.isoformat()
        )
        letters: list[Letter] = []
        for listener, heard in who_hears(session, News(topic, private=private), plugins):
            views = [plugin_view(plugin) for plugin in heard]
            with speaking(listener.language):
                news = repository_news(transition, views, after.full_name, before.full_name, now)
            letters.append(_post(listener, conversation, news, private=private))
        outbox.enqueue_all(session, letters, now)


def app_changed(
    session: Session,
    before: AppInstallation | None,
    after: AppInstallation,
    removed: tuple[int, ...],
    now: datetime,
) -> None:
    """Tell guardians when GitHub stops or starts again to report about followed plugins."""
    if after.state == (before.state if before else "active"):
        transition = AppTransition.NARROWED  # it lost some repositories
        plugins = plugins_of(session, removed)
    else:
        transition = _APP_TRANSITIONS[after.state]
        plugins = plugins_of_account(session, after.account)
    private = private_plugins(session) if plugins else frozenset()
    conversation = Conversation.on(About.APP, after.github_id, transition, now.isoformat())
    letters: list[Letter] = []
    for listener, heard in who_hears(session, News(Topic.BROKEN), plugins, private):
        if listener.hears_all(News(Topic.BROKEN)):
            with speaking(listener.language):
                news = app_news(
                    transition, after.account, [plugin_view(plugin) for plugin in heard], now
                )
            is_private = any(plugin.id in private for plugin in heard)
            letters.append(_post(listener, conversation, news, private=is_private))
    outbox.enqueue_all(session, letters, now)


@dataclass(frozen=True, slots=True)
class _SeenIssue:
    """An issue as people see it. GitHub says `gone` of one that was deleted or transferred."""

    view: IssueView
    gone: bool

    @classmethod
    def of(cls, session: Session, issue: Issue) -> "_SeenIssue":
        """As it is in this row."""
        (view,) = issue_views(session, [issue])
        return cls(view, issue.gone)

    def card(self, plugins: Sequence[PluginView], full_name: str) -> Message:
        """Its card."""
        return issue_card(plugins, self.view, full_name, gone=self.gone)

    @property
    def state(self) -> tuple[str, bool]:
        """What a change of is told in the card's thread."""
        return self.view.state, self.gone


def _changes(
    plugins: Sequence[PluginView],
    before: _SeenIssue,
    after: _SeenIssue,
    full_name: str,
    now: datetime,
) -> Iterator[tuple[Posting, Message]]:
    """What changed about an issue, where its card stands."""
    card = after.card(plugins, full_name)
    if card == before.card(plugins, full_name):
        return
    yield Posting.EDIT, card
    if before.state != after.state:
        yield Posting.REPLY, issue_reply(plugins, after.view, now, gone=after.gone)


def _transitions(before: Repository, after: Repository) -> list[RepositoryTransition]:
    """What changed about the repository. Of a deleted one nothing else is told."""
    if after.deleted:
        return [] if before.deleted else [RepositoryTransition.DELETED]
    transitions = []
    if before.archived != after.archived:
        transitions.append(
            RepositoryTransition.ARCHIVED if after.archived else RepositoryTransition.UNARCHIVED
        )
    if before.private != after.private:
        transitions.append(
            RepositoryTransition.PRIVATE if after.private else RepositoryTransition.PUBLIC
        )
    if before.full_name != after.full_name:
        transitions.append(RepositoryTransition.RENAMED)
    return transitions


def _post(listener: Listener, conversation: str, message: Message, *, private: bool) -> Letter:
    return Letter(listener.destination_id, conversation, Posting.POST, message, private=private)
