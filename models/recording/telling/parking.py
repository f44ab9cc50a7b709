"""Destinations that take no messages any more: parked, told of, and tried again.

One that says so itself is tried again after a restart, one that has merely taken nothing for long every hour.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session, col, func, or_, select, update

from models import outbox
from models.database import bulk
from models.messages.delivery import BOT, parked_notice, put_aside_notice
from models.messages.message import Message, UnreadableError
from models.outbox import Letter
from models.outbox.ways_out import GITHUB, OUTSIDE
from models.recording.telling.listeners import guardians
from models.rules.conversations import About, Conversation
from models.rules.retry import LONGEST_FAILURE, PARKED_TIME
from models.rules.speaking import speaking
from models.tables import Announcement, Destination, Posting, Repository

_A_PRIVATE_ONE = "a private repository"
_NOT_TOLD = "why is shown where private plugins may be shown"


def park(
    session: Session,
    destination_id: int,
    reason: str,
    now: datetime,
    *,
    failing_since: datetime | None = None,
) -> None:
    """Send the destination nothing more, keep what waits for it, and tell the guardians elsewhere, once.

    They are also given the cards that were due in a channel; what is due to a person, or outside of chat, is kept.
    """
    destination = session.get_one(Destination, destination_id)
    if destination.parked_at is not None:
        return
    destination.parked_at, destination.parked_because = now, reason
    if failing_since is None:
        destination.failing_since = None
    secret = _is_secret(session, destination)
    cards = [] if _keeps(destination) else _due_cards(session, destination_id)
    parked = Conversation.on(
        About.PARKED, destination_id, f"{(destination.failing_since or now).timestamp():.0f}"
    )
    standing = outbox.all_standing(session, {parked, *(conversation for conversation, *_ in cards)})
    letters: list[Letter] = []
    for guardian in guardians(session):
        to, knows = guardian.destination_id, guardian.allowed.every_plugin
        with speaking(guardian.language):
            if secret and not knows:
                said = _notice(destination, _A_PRIVATE_ONE, _NOT_TOLD)
            else:
                said = _notice(destination, destination.name, reason)
        due: list[tuple[str, Message, bool]] = [(parked, said, secret and knows)]
        due += [card for card in cards if knows or not card[-1]]
        for conversation, message, private in due:
            if to not in standing[conversation]:
                letters.append(Letter(to, conversation, Posting.POST, message, private=private))
    outbox.enqueue_all(session, letters, now)


def _keeps(destination: Destination) -> bool:
    """Whether what waits for it is kept for it alone, rather than given to guardians."""
    return destination.is_person or destination.platform in OUTSIDE


def _notice(destination: Destination, name: str, reason: str) -> Message:
    """What guardians are told of it, under this name and for this reason."""
    return parked_notice(
        destination.platform,
        name,
        reason,
        "python -m jobs" if destination.platform in OUTSIDE else BOT,
        keeps=_keeps(destination),
        tried_hourly=destination.failing_since is not None,
    )


def tell_put_aside(
    session: Session, destination_id: int, row_id: int, reason: str, now: datetime
) -> None:
    """Tell the guardians that a message was put aside, once a day for each destination."""
    destination = session.get_one(Destination, destination_id)
    secret = _is_secret(session, destination)
    told = Conversation.on(About.PUT_ASIDE, destination_id, f"{now:%Y-%m-%d}")
    for guardian in guardians(session):
        knows = guardian.allowed.every_plugin
        name = _A_PRIVATE_ONE if secret and not knows else destination.name
        with speaking(guardian.language):
            notice = put_aside_notice(destination.platform, name, row_id, reason)
        to = (session, guardian.destination_id, told)
        if not outbox.has_card(*to):
            outbox.enqueue(*to, Posting.POST, notice, now, private=secret and knows)


def unpark(session: Session, platforms: Sequence[str]) -> None:
    """Try the platforms' parked destinations again."""
    parked = session.exec(
        update(Destination)
        .where(col(Destination.platform).in_(platforms), col(Destination.parked_at).is_not(None))
        .values(parked_at=None, parked_because=None, failing_since=None)
        .returning(col(Destination.id))
    )
    outbox.let_go_on(session, [id_ for (id_,) in parked])


def lose_heart(session: Session, destination_id: int, reason: str, now: datetime) -> None:
    """Note that the destination took nothing just now; park it once that has been so for long."""
    destination = session.get_one(Destination, destination_id)
    since = destination.failing_since
    if since is None or since > now:
        destination.failing_since = now
    elif now - since >= LONGEST_FAILURE:
        park(
            session,
            destination_id,
            f"it has taken nothing for long: {reason}",
            now,
            failing_since=since,
        )


def take_heart(session: Session, destination_ids: Sequence[int]) -> None:
    """Note that these took something."""
    rows = [(id_,) for id_ in sorted(set(destination_ids))]
    bulk.run(session, _TAKE_HEART, rows)


def try_again(session: Session, platforms: Sequence[str], now: datetime) -> None:
    """Let destinations that were parked for taking nothing be tried again, an hour after they were."""
    rested = or_(col(Destination.parked_at) <= now - PARKED_TIME, col(Destination.parked_at) > now)
    parked = session.exec(
        update(Destination)
        .where(
            col(Destination.platform).in_(platforms),
            col(Destination.failing_since).is_not(None),
            rested,
        )
        .values(parked_at=None, parked_because=None)
        .returning(col(Destination.id))
    )
    outbox.let_go_on(session, [id_ for (id_,) in parked])


def _is_secret(session: Session, destination: Destination) -> bool:
    """Whether it is a private repository, which its name tells."""
    named = select(Repository.github_id).where(
        func.lower(Repository.full_name) == destination.address, col(Repository.private)
    )
    return destination.platform == GITHUB and session.exec(named).first() is not None


def _due_cards(session: Session, destination_id: int) -> list[tuple[str, Message, bool]]:
    """The cards that wait to be posted, oldest first, each with its conversation, and whether it is private."""
    rows = session.exec(
        select(Announcement.conversation, Announcement.message, Announcement.private)
        .where(Announcement.destination_id == destination_id, Announcement.action == Posting.POST)
        .where(col(Announcement.sent_at).is_(None), col(Announcement.dead_at).is_(None))
        .order_by(col(Announcement.id))
    )
    cards: list[tuple[str, Message, bool]] = []
    for conversation, message, private in rows:
        with suppress(UnreadableError):  # its own turn will come, and tell of it
            # Whom it calls is known where it was to be sent, and nowhere else.
            card = replace(Message.from_json(message), calls=None)
            cards.append((conversation, card, private))
    return cards


# With every message that is sent, and then nearly always for nothing.
_TAKE_HEART = """
UPDATE destination SET failing_since = NULL
WHERE failing_since IS NOT NULL AND id IN (SELECT id FROM {rows(id int)} r)
"""
