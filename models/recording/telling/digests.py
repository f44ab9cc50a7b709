"""Digests: each destination's, once a local day or week, composed by a reader and sent with the note of that."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import Session, col, delete, or_, select

from models import outbox
from models.database import bulk
from models.events import Outcome
from models.events.silence import ComposedDigest, DigestsDue
from models.extensions.drawn import REPORT, drawn_for
from models.extensions.host import this_host
from models.extensions.using import used
from models.messages.digest import DigestContent, digest_message
from models.messages.message import Message
from models.queries.incidents import incident_view
from models.queries.plugins import plugin_lines
from models.queries.privacy import private_plugins, shown_incident
from models.queries.upgrades import (
    Blockers,
    maintained_handles,
    planned_upgrades,
)
from models.queries.watched import open_watched_incidents
from models.recording.telling.composing import news_of
from models.recording.telling.listeners import who_listens
from models.rules.conversations import About, Conversation
from models.rules.digest import Digest, newest_due, usual
from models.rules.routing import Listener, News, Topic, is_guardian
from models.rules.speaking import speaking
from models.rules.status import Verdict
from models.tables import Destination, DigestSent, Incident, Plugin, Posting
from models.views import IncidentView

_SPANS = {Digest.DAILY: timedelta(days=1), Digest.WEEKLY: timedelta(days=7)}
# A digest tells of the time since the one before, but not of more than so many of its spans.
_MOST_SPANS = 2
_KEPT = timedelta(days=60)


def record_digests(session: Session, due: DigestsDue, now: datetime) -> Outcome:
    """Send the digests, but those that another process sent meanwhile; `number` in the outcome counts the settled."""
    settled = 0
    for each in due.digests:
        if not _take(session, each.destination_id, each.slot, now):
            continue
        settled += 1
        if each.message is not None:
            conversation = Conversation.on(About.DIGEST, each.slot)
            outbox.enqueue(
                session,
                each.destination_id,
                conversation,
                Posting.POST,
                each.message,
                now,
                private=each.private,
            )
    return Outcome(number=settled)


def due_digests(
    session: Session, now: datetime, in_the_way: Callable[[], Blockers], limit: int
) -> list[ComposedDigest]:
    """The digests that are due now, of `limit` destinations at the most.

    For a reader's transaction: what digests tell takes long to find out, and whoever reports waits for a writer.
    `in_the_way` is asked when it is needed.
    """
    slots: dict[int, tuple[Listener, Destination, Digest, str]] = {}
    for listener, row in _listeners(session):
        digest = wanted(row, listener)
        if digest is not Digest.OFF:
            slot = newest_due(digest, row.digest_at, row.digest_zone, now)
            slots[listener.destination_id] = listener, row, digest, slot.name
    rows = [(id_, slot) for id_, (*_, slot) in slots.items()]
    unsettled = [id_ for (id_,) in bulk.run(session, _UNSETTLED, rows)] if rows else []
    private = private_plugins(session) if unsettled else frozenset()
    found = []
    for id_ in sorted(unsettled)[:limit]:
        listener, row, digest, slot_name = slots[id_]
        before = _last(session, row)
        message = None
        if before is not None:  # else it was never asked before: the first digest is the next one
            since = max(before, now - _MOST_SPANS * _SPANS[digest])
            with speaking(listener.language):
                message = _composed(
                    session, row, listener, digest, since, in_the_way(), private, now
                )
        is_private = any(map(listener.allowed.knows, private))
        found.append(ComposedDigest(id_, slot_name, message, private=is_private))
    return found


def wanted(row: Destination, listener: Listener) -> Digest:
    """How often the destination gets a digest."""
    if row.digest is not None:
        return Digest(row.digest)
    return usual(is_guardian=not row.is_person and is_guardian(listener.wishes))


def skip_due(session: Session, row: Destination, digest: Digest, now: datetime) -> None:
    """Begin with the next digest and not with one that would have been due before somebody asked for it."""
    if digest is not Digest.OFF:
        slot = newest_due(digest, row.digest_at, row.digest_zone, now)
        _take(session, row.id or 0, slot.name, now)


def _listeners(session: Session) -> Iterable[tuple[Listener, Destination]]:
    rows = {
        row.id: row
        for row in session.exec(select(Destination).where(col(Destination.parked_at).is_(None)))
    }
    return [
        (each, rows[each.destination_id])
        for each in who_listens(session)
        if each.destination_id in rows
    ]


def _last(session: Session, row: Destination) -> datetime | None:
    newest = (
        select(DigestSent.at)
        .where(DigestSent.destination_id == row.id)
        .order_by(col(DigestSent.at).desc())
    )
    return session.exec(newest.limit(1)).first()


def _take(session: Session, destination_id: int, slot: str, now: datetime) -> bool:
    """Whether this transaction is the one that settles the slot; then the destination's old slots are forgotten."""
    taken = bool(bulk.run(session, _TAKE, [(destination_id, slot)], now=now))
    if taken:
        old = col(DigestSent.at) < now - _KEPT
        session.exec(
            delete(DigestSent).where(col(DigestSent.destination_id) == destination_id, old)
        )
    return taken


def _composed(
    session: Session,
    row: Destination,
    listener: Listener,
    digest: Digest,
    since: datetime,
    in_the_way: Blockers,
    private: Collection[int],
    now: datetime,
) -> Message | None:
    """What the digest tells; None where nothing happened that the place would miss."""
    mine = maintained_handles(session, row, in_the_way)
    told = replace(
        _told(session, listener, since, now, private),
        upgrades=planned_upgrades(session, row.id or 0, listener.allowed, now),
        blocking={handle: in_the_way[handle] for handle in mine},
        reports=tuple(_reports(session, row)),
    )
    if told.is_empty and (row.is_person or not is_guardian(listener.wishes)):
        return None
    return digest_message(told, digest, now)


def _reports(session: Session, row: Destination) -> Iterator[tuple[str, Message]]:
    """What the extensions that are used there add, as they drew it last."""
    here = used(session, row.platform, row.address, row.address)
    return drawn_for(session, this_host(), here, REPORT, row.language)


def _told(
    session: Session, listener: Listener, since: datetime, now: datetime, private: Collection[int]
) -> DigestContent:
    rows = session.exec(
        select(Incident, Plugin)
        .join(Plugin)
        .where(or_(col(Incident.resolved_at).is_(None), col(Incident.resolved_at) > since))
        .order_by(col(Incident.opened_at), col(Incident.id))
    ).all()
    allowed = listener.allowed
    heard: list[IncidentView] = []
    for incident, plugin in rows:
        is_private = plugin.id in private
        if listener.hears(news_of(incident, plugin, private=is_private)):
            hidden = allowed.hides(plugin.id, private=is_private)
            heard.append(shown_incident(incident_view(incident, plugin), allowed, hidden=hidden))
    hears_all = listener.hears_all(News(Topic.BROKEN))
    lines = plugin_lines(session, now, allowed=allowed) if hears_all else []
    return DigestContent(
        since=since,
        incidents=[view for view in heard if view.resolved_at is None],
        fixed=[view for view in heard if view.resolved_at is not None],
        troubled=open_watched_incidents(session) if hears_all and allowed.inside else (),
        plugins=len(lines),
        unknown=sum(line.verdict is Verdict.UNKNOWN for line in lines),
    )


_UNSETTLED = """
SELECT r.destination_id FROM {rows(destination_id int, slot text)} r
WHERE NOT EXISTS (SELECT 1 FROM digest_sent d WHERE d.destination_id = r.destination_id AND d.slot = r.slot)
"""
# An insert that tells whether it was the first, on both databases.
_TAKE = """
INSERT INTO digest_sent (destination_id, slot, at)
SELECT destination_id, slot, :now FROM {rows(destination_id int, slot text)} r WHERE true
ON CONFLICT (destination_id, slot) DO NOTHING RETURNING slot
"""
