"""About which plugins GitHub has news, and who hears them."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from sqlmodel import Session, col, select

from models.queries.plugins import ON_THE_LIST
from models.recording.telling.listeners import who_listens
from models.rules.routing import Listener, News
from models.tables import Plugin, Repository


def plugins_of(session: Session, repository_ids: Sequence[int]) -> list[Plugin]:
    """The plugins of the list whose repositories these are, by their handles."""
    if not repository_ids:
        return []
    of_these = select(Plugin).where(col(Plugin.repository_id).in_(repository_ids), ON_THE_LIST)
    return list(session.exec(of_these.order_by(Plugin.handle)))


def plugins_of_account(session: Session, account: str) -> list[Plugin]:
    """The followed plugins whose repositories the account owns.

    GitHub does not say which of these repositories the App may see.
    """
    rows = session.exec(
        select(Plugin)
        .where(col(Plugin.repository_id).is_not(None), ON_THE_LIST)
        .order_by(Plugin.handle)
    )
    return [plugin for plugin in rows if plugin.repository_key.partition("/")[0] == account.lower()]


def repository_named(session: Session, repository_id: int) -> tuple[str, bool]:
    """What the repository is called, and whether it is private."""
    row = session.get(Repository, repository_id)
    return (row.full_name, row.private) if row else ("", False)


def who_hears(
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
