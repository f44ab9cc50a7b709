"""The ranges of commits in which the guilty one is looked for, and what was read of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement
from sqlmodel import Session, and_, col, select

from models.messages.links import HOST, is_sha
from models.rules.bisecting import suspected_ranges
from models.rules.blame import Pair, Suspect
from models.rules.commit_index import CommitRead
from models.rules.ecosystems import Ecosystem
from models.tables import CommitFiles, CommitRange, Incident, Plugin, Repository

# Of an incident that opened longer ago nobody waits for the commit any more.
LOOKED_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class RangeAsked:
    """From the commit that worked to the one that failed, in the host's repository or the plugin's.

    `repository` is how its commits are kept, `path` how GitHub is asked, and `owner` the account.
    """

    side: Suspect
    repository: str
    path: str
    owner: str
    good: str
    bad: str


def looked_for(session: Session, now: datetime, most: int) -> list[Incident]:
    """The open incidents whose commit is looked for, the newest first."""
    newest = (
        select(Incident)
        .where(
            col(Incident.resolved_at).is_(None),
            col(Incident.opened_at) > now - LOOKED_FOR,
            col(Incident.suspect).in_([Suspect.HOST, Suspect.PLUGIN, Suspect.BOTH]),
            col(Incident.confirmed),
        )
        .order_by(col(Incident.id).desc())
    )
    return list(session.exec(newest.limit(most)))


def ranges_of(session: Session, incident: Incident) -> list[RangeAsked]:
    """The ranges in which the commit is looked for; none where GitHub does not know the commits."""
    plugin = session.get_one(Plugin, incident.plugin_id)
    if plugin.ecosystem != Ecosystem.DISCOURSE:
        return []
    asked = []
    for side in suspected_ranges(Suspect(incident.suspect)):
        found = _host(incident) if side is Suspect.HOST else _plugin(session, incident, plugin)
        if found and found.good != found.bad and is_sha(found.good) and is_sha(found.bad):
            asked.append(found)
    return asked


def _host(incident: Incident) -> RangeAsked:
    owner = HOST.partition("/")[0]
    good, bad = incident.good_host_sha or "", incident.bad_host_sha
    return RangeAsked(Suspect.HOST, HOST, f"/repos/{HOST}", owner, good, bad)


def _plugin(session: Session, incident: Incident, plugin: Plugin) -> RangeAsked | None:
    repository = session.get(Repository, plugin.repository_id) if plugin.repository_id else None
    bundled = Pair(incident.bad_plugin_sha, incident.bad_host_sha).is_bundled
    if repository is None or repository.deleted or bundled:
        return None
    id_, owner = str(repository.github_id), repository.full_name.partition("/")[0]
    good, bad = incident.good_plugin_sha or "", incident.bad_plugin_sha
    return RangeAsked(Suspect.PLUGIN, id_, f"/repositories/{id_}", owner, good, bad)


def known_range(session: Session, asked: RangeAsked) -> CommitRange | None:
    """The range as GitHub told of it; None if it was not read yet."""
    return session.get(CommitRange, (asked.repository, asked.good, asked.bad))


def keep_range(
    session: Session,
    asked: RangeAsked,
    status: str,
    commits: Sequence[tuple[str, str]],
    now: datetime,
) -> None:
    """Note the range's commits, as shas and titles."""
    listed = [list(commit) for commit in commits]
    key = {"repository": asked.repository, "good_sha": asked.good, "bad_sha": asked.bad}
    session.merge(CommitRange(**key, status=status, commits=listed, read_at=now))


def keep_commit(session: Session, repository: str, commit: CommitRead, now: datetime) -> None:
    """Note what the commit touches."""
    parts = {"files": list(commit.files), "names": list(commit.names), "gone": sorted(commit.gone)}
    session.merge(CommitFiles(repository=repository, sha=commit.sha, read_at=now, **parts))


def unread(session: Session, found: CommitRange) -> list[tuple[str, str]]:
    """The commits of a range, by sha and title, of which it is not known what they touch."""
    shas = [sha for sha, _ in found.commits]
    known = set(session.exec(select(CommitFiles.sha).where(_among(found.repository, shas))))
    return [(sha, title) for sha, title in found.commits if sha not in known]


def files_of(session: Session, repository: str, shas: Sequence[str]) -> dict[str, CommitFiles]:
    """What is known of these commits, by their shas."""
    rows = session.exec(select(CommitFiles).where(_among(repository, shas)))
    return {row.sha: row for row in rows}


def _among(repository: str, shas: Sequence[str]) -> ColumnElement[bool]:
    return and_(CommitFiles.repository == repository, col(CommitFiles.sha).in_(shas))
