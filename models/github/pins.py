"""Which commits of the host the proposed pins are about, so that their versions can be asked for."""

from typing import NamedTuple

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, or_, select

from models.rules.blame import Suspect
from models.tables import HostCommitVersion, Incident


class PinnedCommit(NamedTuple):
    """A commit of the host by which an open incident proposes a pin; its version is None until it was read."""

    sha: str
    version: str | None


def wanting() -> tuple[ColumnElement[bool], ...]:
    """The conditions of open incidents whose pin lacks its version."""
    accuses = or_(
        (col(Incident.suspect) == Suspect.HOST) & (col(Incident.bad_host_sha) != ""),
        (col(Incident.suspect) == Suspect.PLUGIN) & (col(Incident.last_host_sha) != ""),
    )
    is_open = col(Incident.resolved_at).is_(None), col(Incident.pin_version).is_(None)
    return (*is_open, col(Incident.good_plugin_sha).is_not(None), accuses)


def pinned_by(incident: Incident) -> str:
    """The commit whose version the pin names: the first that failed, or of a plugin's own fault the newest."""
    return incident.bad_host_sha if incident.suspect == Suspect.HOST else incident.last_host_sha


def wanted_versions(session: Session, most: int) -> list[PinnedCommit]:
    """The commits, those of the newest incidents first; so many at the most."""
    newest = select(Incident).where(*wanting()).order_by(col(Incident.id).desc())
    shas = dict.fromkeys(map(pinned_by, session.exec(newest)))
    wanted = list(shas)[:most]
    known = select(HostCommitVersion).where(col(HostCommitVersion.sha).in_(wanted))
    versions = {row.sha: row.version for row in session.exec(known)}
    return [PinnedCommit(sha, versions.get(sha)) for sha in wanted]
