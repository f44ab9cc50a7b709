"""Sorts commits as GitHub orders them, where we had numbered them by when we first heard of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import Session

from models.database import bulk
from models.events import Outcome
from models.events.github import HistoryReading
from models.recording.settling import settle_within_allowance
from models.recording.verdicts.commits import give_places, places_of
from models.recording.verdicts.incidents import Told
from models.recording.verdicts.restoring import restore


def record_history(
    session: Session, reading: HistoryReading, now: datetime
) -> tuple[Outcome, list[Told]]:
    """Put the commits into their right order, and restore what a late report had overturned.

    The commits keep the places that they hold together, in another order. So every other commit of
    the line stays where it is. `number` in the outcome is how many commits were sorted.
    """
    before = _places(session, reading)
    if reading.whole:
        fresh = [(reading.line, sha) for sha in reading.commits if sha not in before]
        if fresh:
            give_places(session, fresh, now)
    places = _places(session, reading)
    order = [sha for sha in reading.commits if sha in places]
    sorted_places = dict(zip(order, sorted(places[sha] for sha in order), strict=True))
    asked = {*order, *reading.asked} & places.keys()
    if asked:
        new_places = places | sorted_places
        rows = [(reading.line, sha, new_places[sha]) for sha in sorted(asked)]
        bulk.run(session, _PLACE, rows, now=now)
    changes = restore(session, reading.line, now) if _turned(order, before) else []
    return Outcome(number=len(order), at=now), settle_within_allowance(session, changes, now)


def _turned(order: Sequence[str], before: Mapping[str, int]) -> bool:
    """Whether commits that we knew before stood in another order."""
    places = [before[sha] for sha in order if sha in before]
    return places != sorted(places)


def _places(session: Session, reading: HistoryReading) -> dict[str, int]:
    commits = [(reading.line, sha) for sha in sorted({*reading.commits, *reading.asked})]
    if not commits:
        return {}
    return {sha: place for (_, sha), place in places_of(session, commits).items()}


# All commits of a page of GitHub's at once; no statement of SQLModel's sets each row to a value of its own.
_PLACE = """
UPDATE commit_seen SET place = r.place, asked_at = :now
FROM {rows(line text, sha text, place bigint)} r WHERE commit_seen.line = r.line AND commit_seen.sha = r.sha
"""
