"""Records which version of the host a branch is, and a commit."""

from datetime import datetime

from sqlmodel import Session, col, select

from models.events import Outcome
from models.events.github import HostCommitReading, HostVersionReading
from models.github.pins import pinned_by, wanting
from models.messages.kept import version_words
from models.recording.verdicts.incidents import Told, tell
from models.rules.incidents import StoryKind
from models.tables import HostCommitVersion, HostVersion, Incident


def record_host_version(session: Session, reading: HostVersionReading, now: datetime) -> Outcome:
    """Note the version in place of the one before."""
    session.merge(HostVersion(branch=reading.branch, version=reading.version, read_at=now))
    return Outcome(number=1, at=now)


def record_host_commit(
    session: Session, reading: HostCommitReading, now: datetime
) -> tuple[Outcome, list[Told]]:
    """Note the version, and write it into the pins that the incidents of this commit propose."""
    session.merge(HostCommitVersion(sha=reading.sha, version=reading.version, read_at=now))
    told = []
    for incident in session.exec(select(Incident).where(*wanting()).order_by(col(Incident.id))):
        if pinned_by(incident) != reading.sha:
            continue
        incident.pin_version = reading.version
        if reading.version:
            words = version_words(reading.version)
            told.append(tell(session, incident, StoryKind.ACCUSED, now, words, quiet=True))
    return Outcome(number=1, at=now), told
