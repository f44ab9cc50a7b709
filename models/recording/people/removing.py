"""Plugins are taken off the master list: their incidents end, their followers are notified, and their history stays."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session, col, select

from models import outbox
from models.events import Outcome
from models.events.master_list import PluginRemoval
from models.extensions.happening import happened
from models.messages.acting import denied
from models.messages.help import unknown_plugin
from models.messages.message import Message
from models.messages.removal import (
    not_removable,
    removal_news,
    removed_already,
    removed_answer,
    removed_because,
)
from models.people.persons import audit, who
from models.queries.incidents import shown_to
from models.queries.plugins import handles, known_plugin, plugin_as
from models.recording.telling.listeners import who_listens
from models.recording.verdicts.changes import Key
from models.recording.verdicts.incidents import Told, close, tell_all
from models.recording.verdicts.key_states import set_statuses
from models.rules.audit import AuditOutcome
from models.rules.conversations import About, Conversation
from models.rules.ecosystems import Ecosystem
from models.rules.privacy import PUBLIC
from models.rules.routing import News, Topic
from models.rules.speaking import speaking
from models.tables import Incident, Plugin, Posting, SourceVerdict


class _Became(NamedTuple):
    outcome: AuditOutcome
    answer: Message
    told: Sequence[Told] = ()


def record_removal(
    session: Session, wish: PluginRemoval, now: datetime
) -> tuple[Outcome, list[Told]]:
    """Take it off the list, if whoever asks may, and note the attempt; `number` in the outcome is 1 where it went."""
    person = who(session, wish.actor, now)
    plugin = known_plugin(session, wish.plugin, wish.allowed)
    if not person.may(wish.power):
        became = _Became(AuditOutcome.DENIED, denied(wish.power))
    elif plugin is None:
        became = _Became(AuditOutcome.UNKNOWN, unknown_plugin(wish.plugin, handles(session)))
    else:
        became = _remove(session, plugin, wish, now)
    words = f"remove {plugin.handle if plugin else wish.plugin}: {wish.reason}"
    plugin_id = plugin.id if plugin else None
    audit(session, person, "remove", became.outcome, words, now, plugin_id=plugin_id)
    done = int(became.outcome is AuditOutcome.DONE)
    return Outcome(number=done, answer=became.answer), list(became.told)


def _remove(session: Session, plugin: Plugin, wish: PluginRemoval, now: datetime) -> _Became:
    view = plugin_as(session, plugin, wish.allowed)
    if plugin.removed_at:
        return _Became(AuditOutcome.ALREADY, removed_already(view, plugin.removed_at))
    if plugin.ecosystem == Ecosystem.PLUGINWATCH:
        return _Became(AuditOutcome.DENIED, not_removable(view))
    plugin.removed_at = plugin.updated_at = now
    session.add(plugin)
    _expire(session, plugin, now)
    still_open = select(Incident).where(
        Incident.plugin_id == plugin.id, col(Incident.resolved_at).is_(None)
    )
    incidents = session.exec(still_open.order_by(col(Incident.id))).all()
    shown = [each for each in incidents if shown_to(session, each, plugin, wish.allowed)]
    why = removed_because(wish.reason)
    told = tell_all(session, [close(each, why, now) for each in incidents], now)
    _tell(session, plugin, wish.reason, now)
    return _Became(AuditOutcome.DONE, removed_answer(view, len(shown)), told)


def _expire(session: Session, plugin: Plugin, now: datetime) -> None:
    """What was said of it counts no more."""
    keys: set[Key] = set()
    for row in session.exec(select(SourceVerdict).where(SourceVerdict.plugin_id == plugin.id)):
        row.expired = True
        keys.add(Key(row.plugin_id, row.plugin_branch, row.host_branch))
    if keys:
        session.flush()
        set_statuses(session, sorted(keys), now)


def _tell(session: Session, plugin: Plugin, reason: str, now: datetime) -> None:
    news = News(Topic.BROKEN, plugin_id=plugin.id, tags=plugin.tags)
    conversation = Conversation.on(About.REMOVED, plugin.id or 0, now.isoformat())
    hearing = [listener for listener in who_listens(session) if listener.hears(news)]
    # The same for all: of a hidden plugin the handle is no secret, and no more is told.
    shown = plugin_as(session, plugin, PUBLIC)
    letters = []
    for each in hearing:
        with speaking(each.language):
            said = removal_news(shown, reason)
        letters.append(outbox.Letter(each.destination_id, conversation, Posting.POST, said))
    outbox.enqueue_all(session, letters, now)
    happened(session, "plugin.removed", now, {"plugin": plugin.handle, "reason": reason})
