"""What GitHub told of: rows of the mirror, as deliveries leave them."""

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, select

from models.tables import AppInstallation, Issue, Plugin, Release, Repository

REPOSITORY = 7_000_000_001


def a_repository(handle: str = "solved", github_id: int = REPOSITORY, **more: Any) -> Repository:
    """The repository of a plugin of `tests.world`."""
    told = {"full_name": f"example/{handle}", "default_branch": "main", "version": "1"}
    return Repository(github_id=github_id, **told | more)


def an_issue(number: int, now: datetime, repository_id: int = REPOSITORY, **more: Any) -> Issue:
    """An open issue that was opened an hour ago."""
    then = now - timedelta(hours=1)
    told: dict[str, Any] = {
        "title": f"Issue {number}",
        "state": "open",
        "author": "ada",
        "labels": [],
        "version": "1",
    }
    return Issue(
        github_id=9_000_000_000 + number,
        repository_id=repository_id,
        number=number,
        created_at=then,
        updated_at=then,
        **told | more,
    )


def a_release(tag: str, at: datetime | None, github_id: int = 1, **more: Any) -> Release:
    """A release, or a draft without a time."""
    return Release(
        github_id=github_id,
        repository_id=REPOSITORY,
        tag=tag,
        name=tag,
        published_at=at,
        **{"version": "1"} | more,
    )


def an_app(state: str = "active", account: str = "Example") -> AppInstallation:
    """The GitHub App in the account that owns the plugins of `tests.world`."""
    return AppInstallation(github_id=5, account=account, state=state, version="1")


def follow(session: Session, *handles: str, repository: Repository | None = None) -> None:
    """Store the repository and bind these plugins to it."""
    row = repository or a_repository(*handles[:1])
    session.add(row)
    for handle in handles:
        plugin = session.exec(select(Plugin).where(Plugin.handle == handle)).one()
        plugin.repository_id = row.github_id
