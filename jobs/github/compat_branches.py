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
# They come by name, so that the newest one may stand on the last page.
_MOST_PAGES = 10


def read_compat_branches(database: Database, asks: GithubClient, task: str, target: Target) -> None:
    """Read which of them there are, unless that is unchanged."""
    path = f"/repositories/{target.repository_id}/git/matching-refs/heads/{PREFIX}"
    answer = asks.get(path, target.owner, target.etag, per_page=MOST)
    refs = [] if answer.unchanged else answer.objects()
    more = answer.next
    # What the first page's etag says holds for all of them only where there is no other.
    etag = None if more else answer.etag
    for _ in range(_MOST_PAGES):
        if more is None:
            break
        page = asks.get(more, target.owner)
        refs, more = [*refs, *page.objects()], page.next
    now = datetime.now(UTC)
    with database.write() as session:
        if not answer.unchanged:
            names = [one.words("ref").removeprefix(_HEADS) for one in refs]
            reading = CompatBranchesReading(target.repository_id, compat_branches(names))
            record(session, [reading], now)
        sync.note(
            session,
            target.subject,
            task,
            now,
            etag=target.etag if answer.unchanged else etag,
            done_at=now,
        )
