"""Guardians are reminded of incidents that nobody has taken care of."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import chain

from sqlmodel import Session, col, select

from models import outbox
from models.events import Outcome
from models.events.silence import RemindersDue
from models.messages.message import Mention, Message
from models.messages.reminder import incident_reminder, reminder
from models.queries.incidents import incident_view
from models.queries.privacy import private_plugins, shown_incident
from models.recording.telling.card_groups import card_of
from models.recording.telling.composing import news_of
from models.recording.telling.escalations import called, escalate
from models.recording.telling.listeners import guardians
from models.recording.telling.rushes import Rushes, rushes
from models.rules.conversations import About, Conversation
from models.rules.reminders import AFTER, escalates, is_due
from models.rules.routing import Listener
from models.rules.speaking import speaking
from models.tables import Destination, Incident, Plugin, Posting, Reminder
from models.views import IncidentView

_Due = tuple[Incident, Plugin]


def record_reminders(session: Session, due: RemindersDue, now: datetime) -> Outcome:
    """Remind of what is open and neither acknowledged, owned nor muted; `number` in the outcome counts it."""
    found = [
        (incident, plugin, last)
        for incident, plugin, last in _untouched(session, now)
        if is_due(incident.opened_at, last.reminded_at if last else None, now)
    ][: due.limit]
    if not found:
        return Outcome()
    rows = [(incident, plugin) for incident, plugin, _ in found]
    late = [
        (incident, plugin)
        for incident, plugin, last in found
        if escalates(incident.opened_at, last.reminded_at if last else None, now)
    ]
    for incident, _, last in found:
        row = last or Reminder(incident_id=incident.id or 0, reminded_at=now)
        row.reminded_at = now
        session.add(row)
    private = private_plugins(session)
    cards = _Cards.of(session, [incident for incident, _ in rows], now)
    late_ones = {incident.id or 0 for incident, _ in late}
    for listener, whom in _reminded(session):
        with speaking(listener.language):
            _remind(session, listener, _Escalation(whom, late_ones), rows, cards, private, now)
    escalate(session, late, private, now)
    return Outcome(number=len(rows))


def _untouched(
    session: Session, now: datetime
) -> Sequence[tuple[Incident, Plugin, Reminder | None]]:
    untouched = (
        col(Incident.resolved_at).is_(None),
        col(Incident.acknowledged_at).is_(None),
        col(Incident.owner_id).is_(None),
        col(Incident.muted_at).is_(None),
        Incident.opened_at <= now - AFTER[0],
    )
    found = (
        select(Incident, Plugin, Reminder)
        .join(Plugin, col(Plugin.id) == col(Incident.plugin_id))
        .outerjoin(Reminder, col(Reminder.incident_id) == col(Incident.id))
    )
    return [(*row,) for row in session.exec(found.where(*untouched).order_by(col(Incident.id)))]


def _reminded(session: Session) -> list[tuple[Listener, Mention | None]]:
    """The guardians' channels that want to be reminded, and whom each wants called."""
    asked = select(Destination.id, Destination.mention).where(col(Destination.reminders))
    wanted = dict(session.exec(asked).all())
    return [
        (each, called(wanted[each.destination_id]))
        for each in guardians(session)
        if each.destination_id in wanted
    ]


@dataclass(frozen=True, slots=True)
class _Escalation:
    """Whom a channel wants called to these incidents, of which nobody took care for hours."""

    whom: Mention | None
    late: Collection[int]

    def onto(self, said: Message, incidents: Iterable[IncidentView]) -> Message:
        """The message, which calls them if one of its incidents is late."""
        if self.whom and any(each.number in self.late for each in incidents):
            return replace(said, calls=self.whom)
        return said


def _remind(
    session: Session,
    to: Listener,
    escalation: _Escalation,
    rows: Sequence[_Due],
    cards: "_Cards",
    private: Collection[int],
    now: datetime,
) -> None:
    """Remind of these incidents in one message: in the card's thread where they have one card, else in the channel."""
    seen: dict[Conversation, list[IncidentView]] = {}
    shows_private = False
    for incident, plugin in rows:
        is_private = plugin.id in private
        if not to.may_know(news_of(incident, plugin, private=is_private)):
            continue
        hidden = to.allowed.hides(plugin.id, private=is_private)
        view = shown_incident(incident_view(incident, plugin), to.allowed, hidden=hidden)
        if card := cards.telling_of(incident, to.destination_id):
            seen.setdefault(card, []).append(view)
            shows_private |= is_private and not hidden
    if not seen:
        return
    if len(seen) == 1:
        ((conversation, views),) = seen.items()
        say = partial(outbox.enqueue, session, to.destination_id, conversation, Posting.REPLY)
        alone = conversation.about is About.INCIDENT and len(views) == 1
        said = incident_reminder(views[0], now) if alone else reminder(views, now)
        say(escalation.onto(said, views), now, broadcast=True, private=shows_private)
        return
    every = list(chain.from_iterable(seen.values()))
    conversation = Conversation.on(About.REMINDER, now.isoformat())
    say = partial(outbox.enqueue, session, to.destination_id, conversation, Posting.POST)
    say(escalation.onto(reminder(every, now), every), now, private=shows_private)


@dataclass(frozen=True, slots=True)
class _Cards:
    """Where the cards of some incidents and outbreaks stand, and where they are listed: looked up at once for all."""

    standing: Mapping[Conversation, Collection[int]]
    listed: Rushes

    @classmethod
    def of(cls, session: Session, incidents: Sequence[Incident], now: datetime) -> "_Cards":
        """Those of these incidents."""
        own = {card_of(each) for each in incidents}
        shared = {each.outbreak_id for each in incidents if each.outbreak_id}
        conversations = [Conversation.on(About.INCIDENT, number) for number in own]
        conversations += [Conversation.on(About.OUTBREAK, number) for number in shared]
        standing = outbox.all_standing(session, conversations)
        return cls({each: standing[each] for each in conversations}, rushes(session, own, (), now))

    def telling_of(self, incident: Incident, destination_id: int) -> Conversation | None:
        """The conversation of the card that tells of it there: its own, a list's, or its outbreak's."""
        own = Conversation.on(About.INCIDENT, card_of(incident))
        if destination_id in self.standing[own]:
            return own
        if listed := self.listed.place(destination_id, card_of(incident)):
            return listed.conversation
        if not incident.outbreak_id:
            return None
        shared = Conversation.on(About.OUTBREAK, incident.outbreak_id)
        return shared if destination_id in self.standing[shared] else None
