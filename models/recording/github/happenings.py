"""What GitHub tells, as extensions hear it: of plugins whose repositories are public."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from models.extensions.happening import happened
from models.extensions.raising import Fact
from models.tables import Issue, Plugin
from models.views.github import ReleaseView


def tell_of_release(
    session: Session,
    plugins: Sequence[Plugin],
    repository: str,
    release: ReleaseView,
    now: datetime,
) -> None:
    """A release was published."""
    told: dict[str, Fact] = {
        "repository": repository,
        "tag": release.tag,
        "prerelease": release.prerelease,
        "at": release.published_at.isoformat(),
    }
    each = [{"plugin": plugin.handle, **told} for plugin in plugins]
    happened(session, "release.published", now, *each)


def tell_of_issue(
    session: Session,
    plugins: Sequence[Plugin],
    repository: str,
    before: Issue | None,
    after: Issue,
    now: datetime,
) -> None:
    """An issue was opened, closed, or opened again, if it was."""
    turn = _turn(before, after)
    if not turn:
        return
    told: dict[str, Fact] = {"repository": repository, "number": after.number, "title": after.title}
    each = [{"plugin": plugin.handle, **told} for plugin in plugins]
    happened(session, f"issue.{turn}", now, *each)


def _turn(before: Issue | None, after: Issue) -> str:
    if before is None:
        return "opened"
    if after.gone or before.gone or after.state == before.state:
        return ""
    return "reopened" if after.state == "open" else "closed"
