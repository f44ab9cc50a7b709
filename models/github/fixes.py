"""The commits that most likely broke plugins, and whose fix is waited for."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from models.github.commit_ranges import known_range, ranges_of
from models.messages.links import HOST
from models.rules.blame import Suspect
from models.tables import Incident


@dataclass(frozen=True, slots=True)
class MendedCommit:
    """A commit that most likely broke the plugin of an incident; `path` and `owner` are how GitHub is asked."""

    incident: int
    sha: str
    title: str
    path: str
    owner: str


def unmended(session: Session) -> list[MendedCommit]:
    """Of open incidents, the commits of which no fix is known."""
    waiting = select(Incident).where(
        col(Incident.resolved_at).is_(None),
        col(Incident.likely_sha).is_not(None),
        col(Incident.fix_sha).is_(None),
    )
    found = []
    for incident in session.exec(waiting.order_by(col(Incident.id))):
        side = Suspect.HOST if incident.likely_repository == HOST else Suspect.PLUGIN
        for asked in ranges_of(session, incident):
            read = known_range(session, asked)
            if asked.side is side and read and incident.likely_sha:
                title = dict(read.commits).get(incident.likely_sha, "")
                commit = incident.likely_sha, title, asked.path, asked.owner
                found.append(MendedCommit(incident.id or 0, *commit))
    return found
