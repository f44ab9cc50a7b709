"""The order of commits as GitHub knows it, where they were numbered only by when they were first heard of."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlmodel import Session

from models.database import bulk
from models.events import Outcome
from models.events.github import HistoryReading
from models.recording.silence.flooding import settle_within
from models.recording.verdicts.incidents import Told
from models.recording.verdicts.restoring import restore


def record_history(session: Session, reading: HistoryReading, now: datetime) -> tuple[Outcome, list[Told]]:
    """Give the commits the places in which they belong; what a late report overturned is restored.

    The places that they have together are dealt out anew, so that whatever else stands in the line stays where it is.
    """
    before = _places(session, reading)
    if reading.whole:
        fresh = [(reading.line, sha) for sha in reading.commits if sha not in before]
        bulk.run(session, _INSERT, fresh, now=now) if fresh else None
    places = _places(session, reading)
    order = [sha for sha in reading.commits if sha in places]
    dealt = dict(zip(order, sorted(places[sha] for sha in order), strict=True))
    asked = {*order, *reading.asked}
    rows = [(reading.line, sha, dealt.get(sha, places.get(sha))) for sha in sorted(asked & places.keys())]
    if rows:
        bulk.run(session, _PLACE, rows, now=now)
    changes = restore(session, reading.line, now) if _turned(order, before) else []
    return Outcome(number=len(order), at=now), settle_within(session, changes, now)


def _turned(order: Sequence[str], before: Mapping[str, int]) -> bool:
    """Whether commits that were heard of before stood in another order."""
    places = [before[sha] for sha in order if sha in before]
    return places != sorted(places)


def _places(session: Session, reading: HistoryReading) -> dict[str, int]:
    rows: Iterable[tuple[str, str]] = [(reading.line, sha) for sha in sorted({*reading.commits, *reading.asked})]
    return dict(bulk.run(session, _FIND, list(rows))) if rows else {}


_FIND = """
SELECT c.sha, coalesce(c.place, c.id)
FROM {rows(line text, sha text)} r JOIN commit_seen c ON c.line = r.line AND c.sha = r.sha
"""
_INSERT = """
INSERT INTO commit_seen (line, sha, first_seen_at)
SELECT line, sha, :now FROM {rows(line text, sha text)} r WHERE true
ON CONFLICT (line, sha) DO NOTHING
"""
_PLACE = """
UPDATE commit_seen SET place = r.place, asked_at = :now
FROM {rows(line text, sha text, place bigint)} r WHERE commit_seen.line = r.line AND commit_seen.sha = r.sha
"""
