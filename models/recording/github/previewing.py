"""What a repository says of itself that is on no list yet: asked for, read by the clock, and taken to the list."""

from datetime import datetime, timedelta

import sqlalchemy
from sqlmodel import Session, col, func, select

from models.events import Outcome
from models.events.master_list import PreviewRead, PreviewTaken, PreviewWanted
from models.messages import submissions as words
from models.messages.acting import denied
from models.messages.message import Message, Text, Tone
from models.messages.words import clip
from models.metadata.listing import ListingEntry, named_repository
from models.operating import slots
from models.people.persons import audit, who
from models.queries.plugins import find_plugin
from models.queries.previews import preview_view
from models.recording.github.master_list import import_listing
from models.rules.audit import AuditOutcome
from models.rules.authority import Power
from models.rules.handle import handle
from models.rules.privacy import EVERYTHING
from models.tables import RepositoryPreview

# The job that reads them, too.
READER = "submissions"
# What was read holds for so long; what nobody took is forgotten.
_FRESH, _KEPT = timedelta(minutes=5), timedelta(days=1)
_MOST = 200


def record_preview_wanted(session: Session, wish: PreviewWanted, now: datetime) -> Outcome:
    """Have it read, if whoever wants to see it may; `number` is the preview's, or 0 where the answer says why not."""
    if not who(session, wish.actor, now).may(Power.TEST):
        return Outcome(answer=denied(Power.TEST))
    entry = named_repository(wish.text)
    if entry is None:
        return Outcome(answer=words.not_a_repository(wish.text))
    listed = find_plugin(session, entry.place, allowed=EVERYTHING)
    if listed and not listed.removed_at:
        return Outcome(answer=words.listed_already(listed))
    row = _preview(session, entry, now)
    if row is None:
        return Outcome(answer=words.too_many_submissions())
    return Outcome(number=row.id or 0)


def _preview(session: Session, entry: ListingEntry, now: datetime) -> RepositoryPreview | None:
    """That of the repository, to be read unless it was just now; nothing where too many wait."""
    held = select(RepositoryPreview).where(RepositoryPreview.key == entry.key)
    row = session.exec(held).first()
    if row and row.read_at and row.read_at > now - _FRESH:
        return row
    old = col(RepositoryPreview.asked_at) < now - _KEPT
    session.exec(
        sqlalchemy.delete(RepositoryPreview).where(old, col(RepositoryPreview.key) != entry.key)
    )
    count = session.exec(select(func.count()).select_from(RepositoryPreview)).one()
    if row is None and count >= _MOST:
        return None
    row = row or RepositoryPreview(
        repository=entry.repository, path=entry.path, key=entry.key, asked_at=now
    )
    row.asked_at = now
    row.read_at = row.troubled_at = None
    session.add(row)
    slots.ask(session, READER, now)
    session.flush()
    return row


def record_preview_read(session: Session, seen: PreviewRead, now: datetime) -> Outcome:
    """Keep what the repository says; `number` is 1 when it was read."""
    row = session.get(RepositoryPreview, seen.preview_id)
    if row is None or row.read_at:
        return Outcome()
    session.add(row)
    if seen.trouble:
        row.troubled_at = now
        return Outcome()
    row.read_at = now
    row.header = seen.header
    row.problem = seen.problem
    row.topics = list(seen.topics)
    return Outcome(number=1)


def record_preview_taken(session: Session, wish: PreviewTaken, now: datetime) -> Outcome:
    """Take it to the list, if whoever wants that may, and note the attempt; `number` is 1 where it is there now."""
    person = who(session, wish.actor, now)
    row = _shown_as(session, wish.name)
    if not person.may(Power.TEST):
        outcome, answer = AuditOutcome.DENIED, denied(Power.TEST)
    elif row is None:
        outcome, answer = AuditOutcome.UNKNOWN, _not_seen(wish.name)
    else:
        outcome, answer = _take(session, row, now)
    what = f"{row.repository}/{row.path}".rstrip("/") if row else wish.name
    audit(session, person, "add", outcome, f"add {what}", now)
    return Outcome(number=int(outcome is AuditOutcome.DONE), answer=answer)


def _take(session: Session, row: RepositoryPreview, now: datetime) -> tuple[AuditOutcome, Message]:
    seen = preview_view(row)
    entry = ListingEntry(seen.repository, seen.header, tags=seen.tags or None, path=seen.path)
    result = import_listing(session, [entry], now, EVERYTHING)
    if result.refused:
        return AuditOutcome.DENIED, Message(clip(result.refused[0], 300), Tone.WARNING)
    session.delete(row)
    return AuditOutcome.DONE, Message(f"{seen.handle} is on the master list", Tone.HEALTHY)


def _shown_as(session: Session, name: str) -> RepositoryPreview | None:
    """The newest preview of a plugin of this name."""
    try:
        wanted = handle(name)
    except ValueError:
        return None
    read = select(RepositoryPreview).where(
        col(RepositoryPreview.read_at).is_not(None), RepositoryPreview.problem == ""
    )
    newest = session.exec(read.order_by(col(RepositoryPreview.read_at).desc()))
    return next((row for row in newest if preview_view(row).handle == wanted), None)


def _not_seen(name: str) -> Message:
    hint = Text("See first what its repository says: GET plugin/retrieve?url=ADDRESS")
    return Message(f"No plugin is called “{clip(name)}”", Tone.INFO, (hint,))
