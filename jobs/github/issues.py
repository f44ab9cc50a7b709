"""Issues, reconciled: what changed since the last time, page by page; and once a day which open ones are gone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from jobs.github.asking import PAGE, Answer, GithubClient, asking, skipped
from jobs.github.finding import find
from jobs.github.sweep import sweep
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

# GitHub's parts may lag behind each other; what is told twice changes nothing and, being unchanged, costs nothing.
_OVERLAP = timedelta(minutes=2)
# GitHub's times have no fractions: within its second an issue may change once more. It is read the next time.
SETTLED = timedelta(seconds=3)


def reconcile_issues(database: Database, settings: Settings) -> None:
    """Bring the mirror's issues up to date, the repositories that wait longest first."""
    with asking(database, settings) as asks:
        find(database, asks)
        with database.read() as session:
            targets = sync.due(session, sync.ISSUES, EVERY, datetime.now(UTC), UNLESS_HEARD)
        sweep(database, sync.ISSUES, targets, lambda target: _reconcile(database, asks, target))


def _reconcile(database: Database, asks: GithubClient, target: Target) -> None:
    """Read on from where the last reading ended. Each page is kept with its place, so that a kill costs one page.

    Pages are asked for by time: an issue that changes meanwhile moves to the end, and by number would be skipped.
    """
    place = ReadingPosition(target.since, target.etag, done=False)
    overlap = _OVERLAP
    while not place.done:
        facts, place = _read_on(asks, target, place, overlap)
        now = datetime.now(UTC)
        found = {"since": place.since, "etag": place.etag} | ({"done_at": now} if place.done else {})
        with database.write() as session:
            if facts:
                record(session, [GithubReading(tuple(facts), first=target.done_at is None)], now)
            sync.note(session, target.subject, sync.ISSUES, now, **found)
        overlap = timedelta()


@dataclass(frozen=True, slots=True)
class ReadingPosition:
    """Until when all is read, the mark of the answer that said so, and whether there is no more."""

    since: datetime | None
    etag: str | None
    done: bool


def _read_on(
    asks: GithubClient, target: Target, place: ReadingPosition, overlap: timedelta
) -> tuple[list[IssueFact], ReadingPosition]:
    since = place.since
    answer = asks.get(
        f"/repositories/{target.repository_id}/issues",
        target.owner,
        place.etag,
        state="all",
        sort="updated",
        direction="asc",
        per_page=PAGE,
        since=_text(since - overlap) if since else "",
    )
    if answer.unchanged:
        return [], ReadingPosition(since, answer.etag or place.etag, done=True)
    facts, newest = _page(answer, target.repository_id, since)
    mark = answer.etag
    while newest == since and answer.next:  # more of one moment than a page holds
        answer = asks.get(answer.next, target.owner)
        more, newest = _page(answer, target.repository_id, newest)
        facts, mark = facts + more, None
    # The mark belongs to the address, and so to the time asked for.
    stays = newest == since and bool(overlap)
    return facts, ReadingPosition(newest, mark if stays else None, done=answer.next is None)


def _page(answer: Answer, repository_id: int, since: datetime | None) -> tuple[list[IssueFact], datetime | None]:
    """The page's issues that change no more within their second, and until when all is read with them."""
    told, times = Gathered[IssueFact](), [since] if since else []

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
