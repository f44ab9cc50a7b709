"""How far GitHub is mirrored: what each repository was asked for, when, and what went wrong."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlmodel import Session, col, exists, select

from models.database import bulk
from models.github.facts import IssueFact
from models.tables import GithubSync, Issue, Plugin, Repository

ISSUES = "issues"
FIND = "find"  # a repository by its name, which the master list has
DELIVERED = "delivered"  # noted when a webhook tells of the repository
# A problem that begins with this is one of the way to GitHub, not of what was asked.
OUT_OF_REACH = "GitHub could not be reached"

# It is noted once in so long, and not with every delivery.
_RESOLUTION = timedelta(hours=1)
# A repository of which a webhook told within so long needs no asking every few minutes.
HEARD = timedelta(days=1)
_NEVER = GithubSync(subject="", task="")
_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Target:
    """A repository to ask GitHub about, and how far its task came.

    It is `heard` while webhooks tell of it, and `hooked` if they ever did.
    """

    repository_id: int
    full_name: str
    default_branch: str | None
    head_sha: str | None
    etag: str | None
    since: datetime | None
    done_at: datetime | None
    heard: bool
    hooked: bool

    @property
    def owner(self) -> str:
        """Whose it is."""
        return self.full_name.partition("/")[0]

    @property
    def subject(self) -> str:
        """How its tasks call it."""
        return str(self.repository_id)


def due(
    session: Session,
    task: str,
    every: timedelta,
    now: datetime,
    unless_heard: timedelta | None = None,
) -> list[Target]:
    """The followed repositories that were not asked for the task for `every`, the longest waiting
    first.

    Those that webhooks tell of have `unless_heard`, if it is given, in its place.
    """
    noted = session.exec(
        select(GithubSync).where(col(GithubSync.task).in_([task, DELIVERED])),
    ).all()
    rows = {(row.subject, row.task): row for row in noted}
    is_followed = exists().where(
        col(Plugin.repository_id) == col(Repository.github_id), col(Plugin.removed_at).is_(None)
    )
    followed = session.exec(
        select(Repository).where(is_followed, col(Repository.deleted).is_(False)),
    ).all()
    found: list[tuple[datetime, Target]] = []
    for repository in followed:
        subject = str(repository.github_id)
        state = rows.get((subject, task), _NEVER)
        target = _target(repository, state, rows.get((subject, DELIVERED), _NEVER), now)
        wait = unless_heard if target.heard and unless_heard else every
        if state.asked_at is None or state.asked_at <= now - wait:
            found.append((state.asked_at or _LONG_AGO, target))
    return [target for _, target in sorted(found, key=lambda one: (one[0], one[1].repository_id))]


def _target(
    repository: Repository,
    state: GithubSync,
    delivered: GithubSync,
    now: datetime,
) -> Target:
    return Target(
        repository.github_id,
        repository.full_name,
        repository.default_branch,
        repository.head_sha,
        state.etag,
        state.since,
        state.done_at,
        heard=delivered.done_at is not None and delivered.done_at > now - HEARD,
        hooked=delivered.done_at is not None,
    )


def unfound(session: Session, every: timedelta, now: datetime) -> list[str]:
    """The repositories, as owner/name, that GitHub never told of and was not asked for in so
    long.
    """
    asked = exists().where(
        col(GithubSync.subject) == col(Plugin.repository_key),
        col(GithubSync.task) == FIND,
        col(GithubSync.asked_at) > now - every,
    )
    rows = (
        select(Plugin.repository)
        .where(
            col(Plugin.repository_id).is_(None),
            Plugin.path == "",
            col(Plugin.removed_at).is_(None),
            ~asked,
        )
        .order_by(Plugin.repository_key)
    )
    return list(session.exec(rows))


def open_issues(session: Session, repository_id: int) -> dict[int, IssueFact]:
    """The repository's issues that are open as far as is known, by number."""
    rows = session.exec(
        select(Issue).where(
            Issue.repository_id == repository_id,
            Issue.state == "open",
            col(Issue.gone).is_(False),
        )
    )
    return {
        row.number: IssueFact(
            **row.model_dump(exclude={"labels"}),
            labels=tuple((int(id_), str(name)) for id_, name in row.labels),
        )
        for row in rows
    }


def known(session: Session, subject: str, task: str) -> GithubSync:
    """How far the task came with the subject; a new row if it never began."""
    return session.get(GithubSync, (subject, task)) or GithubSync(subject=subject, task=task)


def note(session: Session, subject: str, task: str, now: datetime, **found: object) -> None:
    """Note that the subject was asked for the task, and what came of it, by the columns' names."""
    row = known(session, subject, task)
    row.sqlmodel_update({"asked_at": now, "problem": None, **found})
    session.add(row)


def delivered(session: Session, repository_ids: Collection[int], now: datetime) -> None:
    """Note of which repositories webhooks tell."""
    if repository_ids:
        bulk.run(
            session,
            _DELIVERED,
            [(str(id_),) for id_ in sorted(repository_ids)],
            now=now,
            before=now - _RESOLUTION,
        )


# With every batch of deliveries; it touches a row only when that has become old.
_DELIVERED = """
INSERT INTO github_sync (subject, task, done_at)
SELECT subject, 'delivered', :now FROM {rows(subject text)} r WHERE true
ON CONFLICT (subject, task) DO UPDATE SET done_at = excluded.done_at WHERE github_sync.done_at < :before
"""
