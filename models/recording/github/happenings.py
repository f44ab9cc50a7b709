"""What GitHub tells, as extensions hear it: of plugins whose repositories are public."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from sqlmodel import Session

from models.extensions.happening import happened
from models.extensions.raising import Fact
from models.github.facts import PushFact
from models.outbox.ways_out import EXTENSION, opened
from models.recording.github.news_listeners import plugins_of, repository_named
from models.rules.ci import WORKFLOW_RUN
from models.tables import CiRun, Issue, Plugin
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
    transition = _transition(before, after)
    if not transition:
        return
    told: dict[str, Fact] = {"repository": repository, "number": after.number, "title": after.title}
    each = [{"plugin": plugin.handle, **told} for plugin in plugins]
    happened(session, f"issue.{transition}", now, *each)


def tell_of_work(
    session: Session, pushes: Sequence[PushFact], runs: Sequence[CiRun], now: datetime
) -> None:
    """Somebody pushed to a default branch, or whole workflows were completed on a branch."""
    whole = [run for run in runs if run.kind == WORKFLOW_RUN and run.branch]
    if not (pushes or whole) or EXTENSION not in opened(session):
        return
    ids = {push.repository_id for push in pushes} | {run.repository_id for run in whole}
    of = _public(session, ids)
    happened(session, "push.received", now, *_by_plugin(of, map(_pushed, pushes)))
    happened(session, "ci.completed", now, *_by_plugin(of, map(_completed, whole)))


# What is told of a repository, by its id.
_OfRepository = tuple[int, dict[str, Fact]]


def _pushed(push: PushFact) -> _OfRepository:
    told: dict[str, Fact] = {"branch": push.branch, "sha": push.sha, "at": push.at.isoformat()}
    return push.repository_id, told


def _completed(run: CiRun) -> _OfRepository:
    told: dict[str, Fact] = {
        "branch": run.branch or "",
        "sha": run.sha,
        "workflow": run.name,
        "conclusion": run.conclusion,
        "at": run.completed_at.isoformat(),
    }
    return run.repository_id, told


def _public(session: Session, ids: Collection[int]) -> Mapping[int, tuple[str, list[Plugin]]]:
    """The names and the plugins of these repositories, of those that are public."""
    found: dict[int, tuple[str, list[Plugin]]] = {}
    for plugin in plugins_of(session, sorted(ids)):
        number = plugin.repository_id or 0
        name, private = repository_named(session, number)
        if not private:
            found.setdefault(number, (name, []))[1].append(plugin)
    return found


def _by_plugin(
    of: Mapping[int, tuple[str, list[Plugin]]], told: Iterable[_OfRepository]
) -> list[dict[str, Fact]]:
    """The facts once for each plugin of the repository."""
    found: list[dict[str, Fact]] = []
    for number, facts in told:
        name, plugins = of.get(number, ("", []))
        found += [{"plugin": each.handle, "repository": name, **facts} for each in plugins]
    return found


def _transition(before: Issue | None, after: Issue) -> str:
    if before is None:
        return "opened"
    if after.gone or before.gone or after.state == before.state:
        return ""
    return "reopened" if after.state == "open" else "closed"
