"""Reads which version of the host each of its branches is, by which plugins' limits and pins go."""

from datetime import UTC, datetime

from jobs.github.client import GithubClient, asking
from jobs.github.contents import text_of
from jobs.github.sweep import noting
from jobs.github.trouble import MissingError
from models.database.engine import Database
from models.events.github import HostVersionReading
from models.github import sync
from models.messages.links import HOST
from models.metadata.host_file import PATH, version_in_file
from models.queries.host_branches import followed_host_branches
from models.record import record
from models.rules.history_lines import host_line
from models.settings import Settings

TASK = "host version"


def read_host_versions(database: Database, settings: Settings) -> None:
    """Ask for the host's file on each of its branches; one that is unchanged costs nothing."""
    with database.read() as session:
        branches = followed_host_branches(session)
    with asking(database, settings) as asks:
        for branch in branches:
            with noting(database, host_line(branch), TASK):
                _read(database, asks, branch)


def _read(database: Database, asks: GithubClient, branch: str) -> None:
    subject = host_line(branch)
    with database.read() as session:
        etag = sync.known(session, subject, TASK).etag
    path = f"/repos/{HOST}/contents/{PATH}"
    answer = asks.get(path, HOST.partition("/")[0], etag, ref=branch)
    now = datetime.now(UTC)
    version = None if answer.unchanged else version_in_file(text_of(answer) or "")
    if version is None and not answer.unchanged:
        raise MissingError(f"{PATH} of the branch names no version")
    with database.write() as session:
        if version:
            record(session, [HostVersionReading(branch, version)], now)
        sync.note(session, subject, TASK, now, etag=answer.etag or etag, done_at=now)
