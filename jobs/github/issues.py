"""Reconciles issues with GitHub: reads what changed since the last time, page by page."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from jobs.github.client import PAGE, GitHubAnswer, GithubClient, asking, skipped
from jobs.github.sweep import sweep
from jobs.github.unreported import find
from models.database.engine import Database
from models.events.github import GithubReading
from models.github import sync
from models.github.facts import IssueFact
from models.github.fields import Fields
from models.github.gathering import Gathered
from models.github.issues import issue
from models.github.sync import Target
from models.record import record
from models.rules.mirror import READ
from models.settings import Settings

EVERY = timedelta(minutes=10)
UNLESS_HEARD = timedelta(hours=1)

# Parts of GitHub may lag behind each other. What is read twice changes nothing, and as an
# unchanged answer it costs nothing.
_OVERLAP = timedelta(minutes=2)
# GitHub's times are whole seconds, so within the same second an issue may change once more. An
# issue that changed less than this long ago is read the next time.
SETTLED = timedelta(seconds=3)


def reconcile_issues(database: Database, settings: Settings) -> None:
    """Bring the mirrored issues up to date, for the repositories that wait longest first."""
    with asking(database, settings) as asks:
        find(database, asks)
        with database.read() as session:
            targets = sync.due(session, sync.ISSUES, EVERY, datetime.now(UTC), UNLESS_HEARD)
        sweep(database, sync.ISSUES, targets, lambda target: _reconcile(database, asks, target))


def _reconcile(database: Database, asks: GithubClient, target: Target) -> None:
    """Read on from where the last reading ended.

    Each page is stored together with the position after it, so that a kill costs one page. Pages
    are asked for by time and not by number, because an issue that changes meanwhile moves to the
    end.
    """
    position = ReadingPosition(target.since, target.etag, done=False)
    overlap = _OVERLAP
    while not position.done:
        facts, position = _read_on(asks, target, position, overlap)
        now = datetime.now(UTC)
        found = {"since": position.since, "etag": position.etag}
        if position.done:
            found["done_at"] = now
        with database.write() as session:
            if facts:
                record(session, [GithubReading(tuple(facts), first=target.done_at is None)], now)
            sync.note(session, target.subject, sync.ISSUES, now, **found)
        overlap = timedelta()


@dataclass(frozen=True, slots=True)
class ReadingPosition:
    """Until when all issues are read, the ETag of that answer, and whether there is no more."""

    since: datetime | None
    etag: str | None
    done: bool


def _read_on(
    asks: GithubClient, target: Target, position: ReadingPosition, overlap: timedelta
) -> tuple[list[IssueFact], ReadingPosition]:
    since = position.since
    updated_since = _text(since - overlap) if since else ""
    answer = asks.get(
        f"/repositories/{target.repository_id}/issues",
        target.owner,
        position.etag,
        state="all",
        sort="updated",
        direction="asc",
        per_page=PAGE,
        since=updated_since,
    )
    if answer.unchanged:
        return [], ReadingPosition(since, answer.etag or position.etag, done=True)
    facts, newest = _page(answer, target.repository_id, since)
    mark = answer.etag
    while newest == since and answer.next:  # more of one moment than a page holds
        answer = asks.get(answer.next, target.owner)
        more, newest = _page(answer, target.repository_id, newest)
        facts += more
        mark = None
    # The ETag belongs to the address, and so to the time that was asked for.
    if newest != since or not overlap:
        mark = None
    return facts, ReadingPosition(newest, mark, done=answer.next is None)


def _page(
    answer: GitHubAnswer, repository_id: int, since: datetime | None
) -> tuple[list[IssueFact], datetime | None]:
    """The issues of the page that are settled, and until when all issues are read with them."""
    told = Gathered[IssueFact]()
    times = [since] if since else []

    def read(one: Fields) -> Iterator[IssueFact]:
        updated_at = one.time("updated_at")
        if updated_at <= answer.at - SETTLED:
            times.append(updated_at)
            yield from issue(READ, one, repository_id)

    told.take_each(answer.objects(), read)
    skipped(str(repository_id), sync.ISSUES, told)
    return told.facts, max(times, default=None)


def _text(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
