"""Records what GitHub delivers, each delivery once, and what it answers.

Facts go into the mirror, and from there to news and verdicts.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import TypeVar

from sqlmodel import Session, col, select

from models.database import bulk
from models.events import Outcome
from models.events.github import GithubDelivery, GithubReading
from models.github import sync
from models.github.facts import (
    AppFact,
    CiFact,
    Fact,
    IssueFact,
    LabelFact,
    LabelsFact,
    PushFact,
    ReleaseFact,
    RepositoryFact,
)
from models.recorders import Recorded
from models.recording.github import ci, happenings, mirror, news
from models.recording.github.mirror import RowChange
from models.recording.github.repositories import concerned, follow
from models.recording.telling import filing
from models.recording.telling.announcing import announce
from models.recording.verdicts.incidents import Told
from models.tables import AppInstallation, CiRun, Delivery, Issue, Plugin, Release, Repository

_One = TypeVar("_One", bound=Fact)


@dataclass(frozen=True, slots=True)
class _Mirrored:
    """What a batch changed in the mirror."""

    repositories: list[RowChange[Repository]]
    issues: list[RowChange[Issue]]
    releases: list[Release]
    runs: list[RowChange[CiRun]]
    apps: list[RowChange[AppInstallation]]


def record_deliveries(
    session: Session, deliveries: Sequence[GithubDelivery], now: datetime
) -> Recorded:
    """Record the deliveries.

    A delivery that was recorded before changes nothing, and `number` in its outcome is 0, else 1.
    """
    fresh = _fresh(session, deliveries, now)
    facts = list(chain.from_iterable(delivery.facts for delivery in fresh.values()))
    sync.delivered(session, {fact.github_id for fact in _of(facts, RepositoryFact)}, now)
    outcomes = []
    for delivery in deliveries:
        is_fresh = fresh.get(delivery.guid) is delivery
        outcomes.append(Outcome(number=int(is_fresh), at=now))
    return Recorded(outcomes, _take(session, facts, now) if facts else [])


def record_reading(
    session: Session, reading: GithubReading, now: datetime
) -> tuple[Outcome, list[Told]]:
    """Record what we read from GitHub, as if it had been delivered.

    `number` in the outcome is how many facts there were. The first reading of a repository is no news.
    """
    told = _take(session, reading.facts, now, tells=not reading.first) if reading.facts else []
    return Outcome(number=len(reading.facts), at=now), told


def recorded(session: Session, guids: Collection[str]) -> set[str]:
    """Those of the deliveries' ids that were recorded."""
    return set(session.exec(select(Delivery.guid).where(col(Delivery.guid).in_(guids))))


def follow_listed(session: Session, plugins: Sequence[Plugin], now: datetime) -> None:
    """Let the listed plugins follow repositories that GitHub told us of before, and judge their CI."""
    newly = follow(session, plugins, now)
    announce(session, ci.judge(session, (), newly, now), now)


def _fresh(
    session: Session, deliveries: Sequence[GithubDelivery], now: datetime
) -> dict[str, GithubDelivery]:
    """The deliveries that were never recorded, the first of each id."""
    first: dict[str, GithubDelivery] = {}
    for delivery in deliveries:
        first.setdefault(delivery.guid, delivery)
    rows = [(delivery.guid, delivery.event) for delivery in first.values()]
    return {guid: first[guid] for (guid,) in bulk.run(session, _INSERT, rows, now=now)}


def _take(
    session: Session, facts: Sequence[Fact], now: datetime, *, tells: bool = True
) -> list[Told]:
    told = _of(facts, RepositoryFact)
    repositories = mirror.merge(session, Repository, told)
    renamed = mirror.remember_names(session, told, now)
    mirror.move_heads(session, _of(facts, PushFact))
    newly = follow(session, concerned(session, renamed | _turned(repositories)), now)
    mirrored = _mirror(session, facts, repositories)
    if tells:
        _tell(session, mirrored, facts, now)
    branches = ci.touched(session, mirrored.runs, repositories)
    return ci.judge(session, branches, newly, now)


def _mirror(
    session: Session, facts: Sequence[Fact], repositories: list[RowChange[Repository]]
) -> _Mirrored:
    releases = _of(facts, ReleaseFact)
    mirror.merge(session, Release, releases)
    mirror.weigh_labels(session, _of(facts, LabelFact))
    mirror.read_labels(session, _of(facts, LabelsFact))
    return _Mirrored(
        repositories,
        mirror.merge(session, Issue, _of(facts, IssueFact)),
        mirror.announce_releases(session, releases),
        mirror.merge(session, CiRun, _of(facts, CiFact)),
        mirror.merge(session, AppInstallation, _of(facts, AppFact)),
    )


def _tell(session: Session, mirrored: _Mirrored, facts: Sequence[Fact], now: datetime) -> None:
    """Tell of what changed where a plugin is followed."""
    followed = _followed(session, mirrored)
    for repository in mirrored.repositories:
        if repository.after.github_id in followed:
            news.repository_changed(session, _known(repository.before), repository.after, now)
    for release in mirrored.releases:
        if release.repository_id in followed:
            news.release_published(session, release, now)
    ours = filing.ours(session, _of(facts, IssueFact))
    for issue in mirrored.issues:
        # What was filed from here is known to whoever asked for it.
        if issue.before is None and issue.after.github_id in ours:
            continue
        if issue.after.repository_id in followed and _shown(issue.before) != _shown(issue.after):
            news.issue_changed(session, issue.before, issue.after, now)
    _tell_apps(session, mirrored.apps, _of(facts, AppFact), now)
    completed = [run.after for run in mirrored.runs if _ended_anew(run)]
    happenings.tell_of_work(session, _of(facts, PushFact), completed, now)


def _tell_apps(
    session: Session,
    moved: Iterable[RowChange[AppInstallation]],
    facts: Sequence[AppFact],
    now: datetime,
) -> None:
    """Tell of Apps that changed or lost repositories, for which GitHub does not always set a new time."""
    before = {app.after.github_id: app.before for app in moved}
    for id_ in sorted({fact.github_id for fact in facts}):
        after = session.get_one(AppInstallation, id_)
        removed: set[int] = set()
        for fact in facts:
            if fact.github_id == id_ and (id_ in before or fact.version != after.version):
                removed.update(fact.removed)
        if id_ in before or removed:
            news.app_changed(session, before.get(id_, after), after, tuple(sorted(removed)), now)


def _followed(session: Session, mirrored: _Mirrored) -> set[int | None]:
    ids = {repository.after.github_id for repository in mirrored.repositories}
    ids |= {release.repository_id for release in mirrored.releases}
    ids |= {issue.after.repository_id for issue in mirrored.issues}
    if not ids:
        return set()
    return set(session.exec(select(Plugin.repository_id).where(col(Plugin.repository_id).in_(ids))))


def _ended_anew(run: RowChange[CiRun]) -> bool:
    if not run.after.conclusion:
        return False
    return run.before is None or run.before.completed_at != run.after.completed_at


def _shown(issue: Issue | None) -> tuple[object, ...] | None:
    """What people see of an issue; most deliveries change nothing of it."""
    if issue is None:
        return None
    return (
        issue.title,
        issue.state,
        issue.labels,
        issue.comments,
        issue.closed_at,
        issue.gone,
    )


def _known(before: Repository | None) -> Repository | None:
    """The repository as it was, if we knew it.

    The list of an App's repositories says so little that a repository known from it alone counts as
    not known.
    """
    return before if before and before.default_branch else None


def _turned(repositories: Iterable[RowChange[Repository]]) -> set[int]:
    """The repositories that may belong to another plugin now: those that are new, renamed or gone."""
    turned = set()
    for moved in repositories:
        before, after = moved.before, moved.after
        if before is None or before.full_name != after.full_name or before.deleted != after.deleted:
            turned.add(after.github_id)
    return turned


def _of(facts: Iterable[Fact], kind: type[_One]) -> list[_One]:
    return [fact for fact in facts if isinstance(fact, kind)]


# Only an insert tells which of a batch are new while another process records the same.
_INSERT = """
INSERT INTO delivery (guid, event, received_at)
SELECT guid, event, :now FROM {rows(guid text, event text)} r WHERE true
ON CONFLICT (guid) DO NOTHING RETURNING guid
"""
