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
    """The plugin's issues in this state ("open" or "closed"), at most `limit` of them.

    None when GitHub never told of the repository, or when it is not `allowed` to be known. With
    `labels` (capitals do not matter) only issues that have all of them now.
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
        return _labelled(
            newest_issues(session, repository_id, None, state=state),
            limit,
            state,
            labels,
        )
    issues = newest_issues(session, repository_id, limit, state=state)
    return IssueList(state, (), tuple(issues), _count(session, repository_id, state))


def newest_issues(
    session: Session,
    repository_id: int,
    limit: int | None,
    *,
    state: str = "open",
) -> list[IssueView]:
    """The repository's newest issues in this state, newest first."""
    rows = session.exec(
        select(Issue)
        .where(
            Issue.repository_id == repository_id,
            Issue.state == state,
            col(Issue.gone).is_(False),
        )
        .order_by(col(Issue.number).desc())
        .limit(limit)
    )
    return issue_views(session, rows.all())


def issue_views(session: Session, issues: Sequence[Issue]) -> list[IssueView]:
    """Issues as people see them, with the names that their labels have now."""
    told: set[int] = set()
    for issue in issues:
        told.update(int(id_) for id_, _ in issue.labels)
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
    """The label's name now; None for a deleted one. `told` is the name that the issue's event
    gave.
    """
    if label is None:
        return told
    if label.deleted:
        return None
    weighed = label.weights.items()
    given = [(-weight, name != label.read, name) for name, weight in weighed if weight > 0]
    if not given:
        return told
    return min(given)[2]


def _labelled(issues: list[IssueView], limit: int, state: str, labels: Sequence[str]) -> IssueList:
    wanted = set(map(_folded, labels))
    found = [issue for issue in issues if wanted <= set(map(_folded, issue.labels))]
    known: set[str] = set()
    for issue in issues:
        known.update(issue.labels)
    shown = tuple(found[:limit])
    return IssueList(state, tuple(labels), shown, len(found), tuple(sorted(known)))


def _count(session: Session, repository_id: int, state: str) -> int:
    return session.exec(
        select(func.count())
        .select_from(Issue)
        .where(
            Issue.repository_id == repository_id,
            Issue.state == state,
            col(Issue.gone).is_(False),
        )
    ).one()


def _folded(name: str) -> str:
    """A label in the form in which labels are compared; what people typed is in NFKC already."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
