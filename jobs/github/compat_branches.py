"""Asks for the branches of a repository that hosts of one version use in place of its default one."""

from datetime import UTC, datetime

from jobs.github.client import GithubClient
from models.database.engine import Database
from models.events.github import CompatBranchesReading
from models.github import sync
from models.github.sync import Target
from models.metadata.compat_branches import MOST, PREFIX, compat_branches
from models.record import record

_HEADS = "refs/heads/"


def read_compat_branches(database: Database, asks: GithubClient, task: str, target: Target) -> None:
    """Read which of them there are, unless that is unchanged."""
    path = f"/repositories/{target.repository_id}/git/matching-refs/heads/{PREFIX}"
    answer = asks.get(path, target.owner, target.etag, per_page=MOST)
    now = datetime.now(UTC)
    with database.write() as session:
        if not answer.unchanged:
            names = [one.words("ref").removeprefix(_HEADS) for one in answer.objects()]
            reading = CompatBranchesReading(target.repository_id, compat_branches(names))
            record(session, [reading], now)
        sync.note(
            session,
            target.subject,
            task,
            now,
            etag=target.etag if answer.unchanged else answer.etag,
            done_at=now,
        )
