"""Issues, mirrored from GitHub. Gone ones are not shown."""

import unicodedata
from collections.abc import Sequence

from sqlmodel import Session, col, func, select

from models.queries.privacy import is_hidden
from models.rules.privacy import PUBLIC, Clearance
from models.tables import Issue, Label, Plugin, Repository
from models.views import PluginView
from models.views.github import IssueList, IssueView


def issues_of(
    session: Session,
    plugin: PluginView,
    limit: int,
    *,
    state: str,
    labels: Sequence[str] = (),
    allowed: Clearance = PUBLIC,
) -> IssueList | None:
    """The plugin's issues in this state, of which `limit` at the most are shown; None when GitHub never told of it.

    None as well where they are not `allowed` to be known.

    With labels, in any case, only those that bear all of them now.
    """
    found = session.exec(
        select(Repository.github_id, Plugin.id)
        .join(Plugin, col(Plugin.repository_id) == col(Repository.github_id))
        .where(Plugin.handle == plugin.handle)
    ).first()
    if found is None or is_hidden(session, found[1], allowed):
        return None
    repository_id = found[0]
    if labels:
        return _labelled(newest_issues(session, repository_id, None, state=state), limit, state, labels)
    issues = newest_issues(session, repository_id, limit, state=state)
    return IssueList(state, (), tuple(issues), _count(session, repository_id, state))


def newest_issues(session: Session, repository_id: int, limit: int | None, *, state: str = "open") -> list[IssueView]:
    """The repository's newest issues in this state, newest first."""
    rows = session.exec(
        select(Issue)
        .where(Issue.repository_id == repository_id, Issue.state == state, col(Issue.gone).is_(False))
        .order_by(col(Issue.number).desc())
        .limit(limit)
    )
    return issue_views(session, rows.all())


def issue_views(session: Session, issues: Sequence[Issue]) -> list[IssueView]:
    """Issues as people see them, with the names that their labels have now."""
    told = {int(id_) for issue in issues for id_, _ in issue.labels}
    rows = session.exec(select(Label).where(col(Label.github_id).in_(told))) if told else ()
    names = {row.github_id: row for row in rows}
    return [_view(issue, names) for issue in issues]


def _view(issue: Issue, known: dict[int, Label]) -> IssueView:
    named = [_name(known.get(int(id_)), str(name)) for id_, name in issue.labels]
    return IssueView(
        number=issue.number,
        title=issue.title,
        state=issue.state,
        labels=tuple(name for name in named if name is not None),
        comments=issue.comments,
        created_at=issue.created_at,
        closed_at=issue.closed_at,
    )


def _name(label: Label | None, told: str) -> str | None:
    """What a label is called now, where its issue calls it `told`; None for one that was deleted."""
    if label is None:
        return told
    given = [(-weight, name != label.read, name) for name, weight in label.weights.items() if weight > 0]
    return None if label.deleted else min(given)[2] if given else told


def _labelled(issues: list[IssueView], limit: int, state: str, labels: Sequence[str]) -> IssueList:
    wanted = set(map(_folded, labels))
    found = [issue for issue in issues if wanted <= set(map(_folded, issue.labels))]
    borne = tuple(sorted({name for issue in issues for name in issue.labels}))
    return IssueList(state, tuple(labels), tuple(found[:limit]), len(found), borne)


def _count(session: Session, repository_id: int, state: str) -> int:
    return session.exec(
        select(func.count())
        .select_from(Issue)
        .where(Issue.repository_id == repository_id, Issue.state == state, col(Issue.gone).is_(False))
    ).one()


def _folded(name: str) -> str:
    """A label as it is compared: people's typing is in its compatible form already."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
