"""Announces GitHub's news to those who follow a plugin.

Recording a delivery calls these functions, once for each change. Only plugins whose repository is
known from GitHub are meant; several plugins may share one repository.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from models import outbox
from models.messages.issues import issue_card, issue_reply
from models.messages.message import Message
from models.messages.release import release_card
from models.messages.repository import AppTurn, RepositoryTurn, app_news, repository_news
from models.queries.incidents import open_incidents
from models.queries.issues import issue_views
from models.queries.plugins import ON_THE_LIST, plugin_view
from models.queries.privacy import private_plugins
from models.queries.repositories import release_view
from models.recording.github.happenings import tell_of_issue, tell_of_release
from models.recording.telling.listeners import who_listens
from models.rules.conversations import About, Conversation
from models.rules.routing import Listener, News, Topic
from models.tables import AppInstallation, Issue, Plugin, Posting, Release, Repository
from models.views import IncidentView

# GitHub sends a delivery again for three days; an older issue was opened before we listened.
RECENT = timedelta(days=3)

# What became of an App that is in this state now and was in another.
_APP_TURNS = {
    "suspended": AppTurn.SUSPENDED,
    "deleted": AppTurn.UNINSTALLED,
    "active": AppTurn.BACK,
}
# What is told to those who hear of releases. All else endangers the plugin, so it is told to those who hear when it
# breaks.
_FOR_RELEASES = {RepositoryTurn.RENAMED}


def release_published(session: Session, release: Release, now: datetime) -> None:
    """Post the release's card. The caller makes sure that each release comes here once."""
    view = release_view(release)
    plugins = _plugins(session, [release.repository_id])
    if view is None or not plugins:
        return
    full_name, private = _repository(session, release.repository_id)
    news = News(Topic.RELEASES, author=release.author, private=private)
    for listener, heard in _who_hears(session, news, plugins):
        broken: list[IncidentView] = []
        for plugin in heard:
            broken += open_incidents(session, plugin_view(plugin), allowed=listener.allowed)
        card = release_card([plugin_view(plugin) for plugin in heard], view, full_name, broken)
        conversation = Conversation.on(About.RELEASE, release.github_id)
        _post(session, listener, conversation, card, now, private=private)
    if not private:
        tell_of_release(session, plugins, full_name, view, now)


def issue_changed(session: Session, before: Issue | None, after: Issue, now: datetime) -> None:
    """Post the card of an issue that was just opened; later edit it, and reply when its state changes."""
    is_news = after.state == "open" and not after.gone and now - after.created_at <= RECENT
    if before is None and not is_news:
        return
    plugins = _plugins(session, [after.repository_id])
    if not plugins:
        return
    full_name, private = _repository(session, after.repository_id)
    # Who was told of the issue hears how it ended, whatever labels it got since.
    news = News(Topic.ISSUES, private=private)
    if before is None:
        news = replace(news, labels=_labels(session, after), author=after.author)
    for listener, heard in _who_hears(session, news, plugins):
        card = _card(session, heard, after, full_name)
        if before is None:
            conversation = Conversation.on(About.ISSUE, after.github_id)
            _post(session, listener, conversation, card, now, private=private)
        elif card != _card(session, heard, before, full_name):
            _update(session, listener, heard, before, after, card, now, private=private)
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
    turns = _turns(before, after)
    plugins = _plugins(session, [after.github_id]) if turns else []
    if not plugins:
        return
    for turn in turns:
        topic = Topic.RELEASES if turn in _FOR_RELEASES else Topic.BROKEN
        # That it is public now reveals nothing. Every other change may name what was private before.
        private = after.private or (before.private and turn is not RepositoryTurn.PUBLIC)
        for listener, heard in _who_hears(session, News(topic, private=private), plugins):
            views = [plugin_view(plugin) for plugin in heard]
            news = repository_news(turn, views, after.full_name, before.full_name, now)
            conversation = Conversation.on(About.REPOSITORY, after.github_id, turn, now.isoformat())
            _post(session, listener, conversation, news, now, private=private)


def app_changed(
    session: Session,
    before: AppInstallation | None,
    after: AppInstallation,
    removed: tuple[int, ...],
    now: datetime,
) -> None:
    """Tell guardians when GitHub stops or starts again to report about followed plugins."""
    if after.state == (before.state if before else "active"):
        turn = AppTurn.NARROWED  # it lost some repositories
        plugins = _plugins(session, removed)
    else:
        turn = _APP_TURNS[after.state]
        plugins = _of_account(session, after.account)
    private = private_plugins(session) if plugins else frozenset()
    for listener, heard in _who_hears(session, News(Topic.BROKEN), plugins, private):
        if listener.hears_all(News(Topic.BROKEN)):
            news = app_news(turn, after.account, [plugin_view(plugin) for plugin in heard], now)
            conversation = Conversation.on(About.APP, after.github_id, turn, now.isoformat())
            is_private = any(plugin.id in private for plugin in heard)
            _post(session, listener, conversation, news, now, private=is_private)


def _plugins(session: Session, repository_ids: Sequence[int]) -> list[Plugin]:
    if not repository_ids:
        return []
    of_these = select(Plugin).where(col(Plugin.repository_id).in_(repository_ids), ON_THE_LIST)
    return list(session.exec(of_these.order_by(Plugin.handle)))


def _of_account(session: Session, account: str) -> list[Plugin]:
    """The followed plugins whose repositories the account owns.

    GitHub does not say which of these repositories the App may see.
    """
    rows = session.exec(
        select(Plugin)
        .where(col(Plugin.repository_id).is_not(None), ON_THE_LIST)
        .order_by(Plugin.handle)
    )
    return [plugin for plugin in rows if plugin.repository_key.partition("/")[0] == account.lower()]


def _repository(session: Session, repository_id: int) -> tuple[str, bool]:
    """What the repository is called, and whether it is private."""
    row = session.get(Repository, repository_id)
    return (row.full_name, row.private) if row else ("", False)


def _who_hears(
    session: Session, news: News, plugins: Sequence[Plugin], private: Collection[int] = ()
) -> list[tuple[Listener, list[Plugin]]]:
    """Who hears the news, each with the plugins about which they hear it.

    The news is private as a whole, or only about the plugins whose ids are in `private`.
    """
    if not plugins:
        return []
    news_of = []
    for plugin in plugins:
        is_private = news.private or plugin.id in private
        of_it = replace(news, plugin_id=plugin.id, tags=plugin.tags, private=is_private)
        news_of.append((plugin, of_it))
    hearing = []
    for listener in who_listens(session):
        heard = [plugin for plugin, of_it in news_of if listener.hears(of_it)]
        if heard:
            hearing.append((listener, heard))
    return hearing


def _labels(session: Session, issue: Issue) -> tuple[str, ...]:
    (view,) = issue_views(session, [issue])
    return view.labels


def _card(session: Session, plugins: Sequence[Plugin], issue: Issue, full_name: str) -> Message:
    (view,) = issue_views(session, [issue])
    return issue_card([plugin_view(plugin) for plugin in plugins], view, full_name, gone=issue.gone)


def _update(
    session: Session,
    listener: Listener,
    plugins: Sequence[Plugin],
    before: Issue,
    after: Issue,
    card: Message,
    now: datetime,
    *,
    private: bool,
) -> None:
    to = (session, listener.destination_id, Conversation.on(About.ISSUE, after.github_id))
    if not outbox.has_card(*to):
        return
    outbox.enqueue(*to, Posting.EDIT, card, now, private=private)
    if (before.state, before.gone) != (after.state, after.gone):
        (view,) = issue_views(session, [after])
        reply = issue_reply([plugin_view(plugin) for plugin in plugins], view, now, gone=after.gone)
        outbox.enqueue(*to, Posting.REPLY, reply, now, private=private)


def _turns(before: Repository, after: Repository) -> list[RepositoryTurn]:
    """What changed about the repository. Of a deleted one nothing else is told."""
    if after.deleted:
        return [] if before.deleted else [RepositoryTurn.DELETED]
    turns = []
    if before.archived != after.archived:
        turns.append(RepositoryTurn.ARCHIVED if after.archived else RepositoryTurn.UNARCHIVED)
    if before.private != after.private:
        turns.append(RepositoryTurn.PRIVATE if after.private else RepositoryTurn.PUBLIC)
    if before.full_name != after.full_name:
        turns.append(RepositoryTurn.RENAMED)
    return turns


def _post(
    session: Session,
    listener: Listener,
    conversation: str,
    message: Message,
    now: datetime,
    *,
    private: bool,
) -> None:
    outbox.enqueue(
        session, listener.destination_id, conversation, Posting.POST, message, now, private=private
    )
