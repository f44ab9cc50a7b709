"""Which plugins in folders of repositories are to be read again."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlmodel import Session, col, select

from models.tables import GithubSync, Plugin

TASK = "folder"


class Folder(NamedTuple):
    """A plugin's folder, and the ETag of its plugin.rb as it was read last.

    `subject` is its key in the master list, and how the task calls it.
    """

    subject: str
    repository: str
    path: str
    etag: str | None


def due(session: Session, every: timedelta, now: datetime) -> list[Folder]:
    """The folders that were not read for `every`."""
    rows = session.exec(
        select(Plugin, GithubSync)
        .outerjoin(
            GithubSync,
            (col(GithubSync.subject) == col(Plugin.repository_key)) & (GithubSync.task == TASK),
        )
        .where(Plugin.path != "", col(Plugin.removed_at).is_(None))
        .order_by(Plugin.repository_key)
    )
    found = []
    for plugin, noted in rows:
        if noted is None or noted.asked_at is None or noted.asked_at <= now - every:
            etag = noted.etag if noted else None
            found.append(Folder(plugin.repository_key, plugin.repository, plugin.path, etag))
    return found
