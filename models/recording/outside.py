"""What the steps of incidents mean outside of chat: mail to contacts, topics, and webhooks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from models import outbox
from models.events.following import Place
from models.messages import filing
from models.messages import outside as words
from models.messages.message import Message
from models.outside import DISCOURSE, EMAIL, WEBHOOK
from models.queries.incidents import incident_view
from models.queries.privacy import PRIVATE, without_github
from models.recording.incidents import Told
from models.recording.listening import outside_listeners
from models.recording.places import destination
from models.rules.incidents import Origin, StoryKind
from models.rules.mailboxes import mailboxes
from models.rules.routing import Listener, News
from models.tables import Action, Plugin
from models.views import IncidentView


@dataclass(frozen=True, slots=True)
class _Step:
    """A step with what matters for all who hear of it outside."""

    session: Session
    told: Told
    news: News
    view: IncidentView
    now: datetime
    standing: frozenset[int]

    @property
    def ends(self) -> bool:
        """Whether the incident ended by it; of a mute that the recovery ends, only the time tells."""
        return self.told.incident.resolved_at == self.now

    @property
    def breaks(self) -> bool:
        """Whether it is that the plugin broke, once more or in another way."""
        return self.told.kind in _BROKEN and not self.told.quiet and self.told.incident.resolved_at is None

    def say(self, destination_id: int, action: Action, message: Message) -> None:
        """Enqueue it in the incident's conversation there."""
        conversation = f"incident:{self.told.incident.id}"
        outbox.enqueue(self.session, destination_id, conversation, action, message, self.now)


_BROKEN = frozenset({StoryKind.OPENED, StoryKind.REOPENED, StoryKind.CHANGED})


def tell_outside(
    session: Session,
    told: Sequence[tuple[Told, News]],
    in_chat: Sequence[Listener],
    platforms: frozenset[str],
    now: datetime,
) -> None:
    """Put into the outbox what the steps mean on those of these platforms where they are to be heard."""
    if not platforms & _TELL.keys() | (platforms & {EMAIL}):
        return
    everyone = [(platform, each) for platform, each in outside_listeners(session) if platform in platforms]
    for step, news in told:
        view = incident_view(step.incident, step.plugin)
        standing = outbox.standing(session, f"incident:{step.incident.id}")
        heard = _Step(session, step, news, view, now, standing)
        for platform, listener in everyone:
            if platform in _TELL:
                _TELL[platform](heard, listener)
        if EMAIL in platforms:
            _mail(heard, in_chat)


def _post_topic(step: _Step, listener: Listener) -> None:
    """A topic while it is broken; a reply when that ends or begins anew, and the topic is closed or opened with it."""
    to, stands = listener.destination_id, listener.destination_id in step.standing
    if step.breaks and not stands:
        if listener.hears(step.news) and not step.told.incident.muted_at and not _is_private(step):
            step.say(to, Action.POST, words.topic(_without_private(step)))
    elif stands and step.ends:
        step.say(to, Action.REPLY, filing.recovery_comment(_without_private(step)))
        step.say(to, Action.CLOSE, filing.closing())
    elif stands and step.told.kind is StoryKind.REOPENED:
        step.say(to, Action.REOPEN, filing.reopening())
        step.say(to, Action.REPLY, filing.recurrence_comment(_without_private(step)))


def _post_event(step: _Step, listener: Listener) -> None:
    """Each turn, as it comes: machines mute and gather for themselves."""
    if (step.breaks or step.ends) and listener.hears(step.news):
        kind = StoryKind.RESOLVED if step.ends else step.told.kind
        step.say(listener.destination_id, Action.POST, words.hook(step.view, kind, step.now))


def _mail(step: _Step, in_chat: Sequence[Listener]) -> None:
    """Write to the plugin's contacts where nobody follows it in chat and its incidents do not become issues."""
    plugin = step.told.plugin
    turns = (step.breaks and step.told.incident.origin != Origin.FIELD) or step.ends
    boxes = mailboxes(plugin.contact_emails) if turns else ()
    is_followed = plugin.files_issues or any(_is_meant(each, step.news) for each in in_chat)
    for box in boxes:
        to = destination(step.session, Place(EMAIL, box, box)).id or 0
        if to in step.standing:
            _mail_again(step, to)
        elif step.breaks and not (is_followed or step.told.incident.muted_at):
            step.say(to, Action.POST, words.broken_mail(step.view))


def _mail_again(step: _Step, to: int) -> None:
    if step.ends:
        step.say(to, Action.REPLY, words.recovered_mail(step.view))
    elif step.told.kind is StoryKind.REOPENED:
        step.say(to, Action.REPLY, words.broken_again_mail(step.view))


def _is_meant(listener: Listener, news: News) -> bool:
    """Whether somebody follows the plugin, or its tag, and not merely everything."""
    return any(not wish.subject.is_all and wish.subject.includes(news) for wish in listener.wishes)


def _without_private(step: _Step) -> IncidentView:
    """The incident as a public page would show it."""
    private = select(Plugin.id).where(Plugin.id == step.told.plugin.id, col(Plugin.id).in_(PRIVATE))
    return without_github(step.view) if step.session.exec(private).first() else step.view


def _is_private(step: _Step) -> bool:
    """Whether only the CI of a private repository says it."""
    return step.told.incident.origin == Origin.TESTS and _without_private(step) is not step.view


_TELL = {DISCOURSE: _post_topic, WEBHOOK: _post_event}
