"""What comes in at the doors of extensions: a webhook for their code, and what that says of plugins."""

import json
from datetime import UTC, datetime

import structlog
from sqlmodel import Session, select

from models.events import Outcome
from models.events.extensions import CiSaid, ExtensionDelivery
from models.extensions.doors import door_event
from models.messages.message import Code, Message
from models.outbox import enqueue
from models.outbox.ways_out import EXTENSION
from models.queries.plugins import ON_THE_LIST
from models.recording.settling import settle_within_allowance
from models.recording.verdicts.changes import Failure, Key
from models.recording.verdicts.hearing import Said, note_verdict
from models.recording.verdicts.incidents import Told
from models.rules.blame import Pair
from models.rules.clean import clean
from models.rules.conversations import About, Conversation
from models.rules.fingerprint import fingerprint
from models.rules.redact import redact
from models.rules.sources import JudgingSource
from models.tables import Delivery, Destination, Plugin, Posting

_log = structlog.get_logger()


def record_extension_delivery(
    session: Session, delivery: ExtensionDelivery, now: datetime
) -> Outcome:
    """Have the extension's code take it, as an event that it hears. `number` is 0 if it was recorded before."""
    guid = f"{EXTENSION}:{delivery.handle}:{delivery.source}:{delivery.id}"
    of_extension = select(Destination.id).where(
        Destination.platform == EXTENSION, Destination.address == delivery.handle
    )
    to = session.exec(of_extension).first()
    if to is None or session.get(Delivery, guid) is not None:
        return Outcome(at=now)
    session.add(Delivery(guid=guid, event=EXTENSION, received_at=now))
    kind = door_event(delivery.source)
    at = now.astimezone(UTC).isoformat()
    body = {"type": kind, "timestamp": at, "delivery": delivery.id, "data": dict(delivery.body)}
    message = Message(kind, blocks=(Code(json.dumps(body)),))
    story = Conversation.on(About.DELIVERED, delivery.handle, delivery.source)
    enqueue(session, to, story, Posting.POST, message, now)
    return Outcome(number=1, at=now)


def record_ci_said(session: Session, said: CiSaid, now: datetime) -> tuple[Outcome, list[Told]]:
    """Note what CI says elsewhere of a plugin that follows no repository on GitHub, whose CI says it itself."""
    named = select(Plugin).where(Plugin.handle == said.plugin, ON_THE_LIST)
    plugin = session.exec(named).first()
    if plugin is None or plugin.repository_id is not None:
        why = "the list has no such plugin" if plugin is None else "its repository is on GitHub"
        _log.warning("verdict_left_out", extension=said.extension, plugin=said.plugin, reason=why)
        return Outcome(), []
    failure = None
    if said.verdict.broken:
        message = redact(clean(said.message))
        found = fingerprint(plugin.handle, message, None)
        failure = Failure(found, message, None, clean(said.said_by))
    key = Key(plugin.id or 0, said.branch, said.host_branch)
    # A clock elsewhere may be ahead of ours, and would silence all that comes later.
    at = min(said.at.astimezone(UTC), now)
    change = note_verdict(
        session, Said(key, JudgingSource.TESTS, said.verdict, Pair(said.sha, ""), at, failure)
    )
    changes = [change] if change else []
    return Outcome(number=1, at=now), settle_within_allowance(session, changes, now)
