"""Reads the host's version at the commits by which incidents propose pins, so that their lines can be pasted."""

from datetime import UTC, datetime

from jobs.github.client import GithubClient, asking
from jobs.github.contents import UnreadableFileError, text_of
from jobs.github.trouble import MissingError
from models.database.engine import Database
from models.events.github import HostCommitReading
from models.github.pins import PinnedCommit, wanted_versions
from models.messages.links import HOST, is_sha
from models.metadata.host_file import PATH, version_in_file
from models.record import record
from models.settings import Settings

# An outbreak's members name one commit; more of them than this are asked for by the next run.
_MOST = 20


def read_pin_versions(database: Database, settings: Settings) -> None:
    """Ask for the host's file at each commit, unless it was read before."""
    with database.read() as session:
        wanted = [each for each in wanted_versions(session, _MOST) if is_sha(each.sha)]
    if not wanted:
        return
    with asking(database, settings) as asks:
        for each in wanted:
            version = _version(asks, each)
            with database.write() as session:
                record(session, [HostCommitReading(each.sha, version)], datetime.now(UTC))


def _version(asks: GithubClient, commit: PinnedCommit) -> str:
    if commit.version is not None:
        return commit.version
    try:
        answer = asks.get(f"/repos/{HOST}/contents/{PATH}", HOST.partition("/")[0], ref=commit.sha)
        return version_in_file(text_of(answer) or "") or ""
    except (MissingError, UnreadableFileError):
        return ""  # a commit of somebody's own, or one that is gone
