"""Plugins' repositories, as GitHub tells of them."""

from sqlmodel import Session, and_, col, func, select

from models.github.sync import DELIVERED
from models.queries.issues import newest_issues
from models.queries.privacy import is_hidden
from models.rules.privacy import PUBLIC, Clearance
from models.tables import CodeOwner, GithubSync, Issue, Plugin, Release, Repository
from models.views import PluginView
from models.views.github import ReadingView, ReleaseView, RepositoryView

_NEWEST = 3
_RELEASES = 5

_OPEN_ISSUES = (
    select(func.count())
    .select_from(Issue)
    .where(
        and_(
            Issue.repository_id == Repository.github_id,
            Issue.state == "open",
            col(Issue.gone).is_(False),
        )
    )
    .scalar_subquery()
)


def repository_of(
    session: Session,
    plugin: PluginView,
    *,
    allowed: Clearance = PUBLIC,
) -> RepositoryView | None:
    """The plugin's repository; None when GitHub has never told of it, and when it is not
    `allowed` to be known.
    """
    found = session.exec(
        select(Repository, _OPEN_ISSUES, Plugin.id)
        .join(Plugin, col(Plugin.repository_id) == col(Repository.github_id))
        .where(Plugin.handle == plugin.handle)
    ).first()
    if found is None:
        return None
    row, open_issues, plugin_id = found  # the columns of the query
    if allowed.hides(plugin_id, private=row.private):
        return None
    return RepositoryView(
        full_name=row.full_name,
        private=row.private,
        archived=row.archived,
        deleted=row.deleted,
        default_branch=row.default_branch,
        head_sha=row.head_sha,
        head_at=row.head_at,
        open_issues=open_issues,
        newest_issues=tuple(newest_issues(session, row.github_id, _NEWEST)),
        release=_newest_release(session, row.github_id),
        releases=_newest_releases(session, row.github_id),
        licence=row.licence,
        owner_kind=row.owner_kind,
    )


def reading_of(session: Session, plugin: PluginView, *, allowed: Clearance = PUBLIC) -> ReadingView:
    """What was read on GitHub about the plugin; empty for one that is not `allowed` to be known."""
    row = session.exec(select(Plugin).where(Plugin.handle == plugin.handle)).first()
    if row is None or is_hidden(session, row.id, allowed):
        return ReadingView()
    asked = session.exec(
        select(GithubSync)
        .where(
            col(GithubSync.subject).in_([row.repository_key, str(row.repository_id)]),
            GithubSync.task != DELIVERED,
        )
        .order_by(GithubSync.task)
    ).all()
    owners = session.exec(
        select(CodeOwner.login_key)
        .where(CodeOwner.plugin_id == row.id)
        .order_by(CodeOwner.login_key)
    ).all()
    return ReadingView(
        read_at=max((one.done_at for one in asked if one.done_at), default=None),
        problems=tuple(row.problems),
        failed=tuple(dict.fromkeys(one.problem for one in asked if one.problem)),
        owners=tuple(owners),
    )


def release_view(row: Release) -> ReleaseView | None:
    """A release as people see it; None for a draft and for one that is gone."""
    if row.gone or row.published_at is None:
        return None
    return ReleaseView(row.tag, row.name, row.prerelease, row.published_at, row.author)


def _newest_releases(session: Session, repository_id: int) -> tuple[ReleaseView, ...]:
    rows = session.exec(
        select(Release)
        .where(Release.repository_id == repository_id, col(Release.gone).is_(False))
        .where(col(Release.published_at).is_not(None))
        .order_by(col(Release.published_at).desc(), col(Release.github_id).desc())
        .limit(_RELEASES)
    )
    return tuple(filter(None, map(release_view, rows)))


def _newest_release(session: Session, repository_id: int) -> ReleaseView | None:
    """The newest release that is no prerelease, else the newest prerelease, as GitHub counts
    them.
    """
    row = session.exec(
        select(Release)
        .where(Release.repository_id == repository_id, col(Release.gone).is_(False))
        .where(col(Release.published_at).is_not(None))
        .order_by(
            col(Release.prerelease),
            col(Release.published_at).desc(),
            col(Release.github_id).desc(),
        )
        .limit(1)
    ).first()
    return release_view(row) if row else None
