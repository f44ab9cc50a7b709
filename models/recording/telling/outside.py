"""What the steps of incidents mean outside of chat, where anyone may read it: mail, topics, and webhooks."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from sqlmodel import Session

from models import outbox
from models.extensions.happening import happened
from models.extensions.raising import Fact
from models.messages import filing
from models.messages import outside as words
from models.messages.message import Message
from models.outbox import Letter, posted
from models.outbox.places import destination
from models.outbox.ways_out import DISCOURSE, EMAIL, EXTENSION, WEBHOOK
from models.recording.telling.composing import TellableStep
from models.recording.telling.listeners import outside_listeners
from models.recording.verdicts.incidents import Told
from models.rules.incidents import ACTS, BREAKS, FIELD_EVIDENCE, StoryKind
from models.rules.mailboxes import mailboxes
from models.rules.places import Place
from models.rules.privacy import PUBLIC
from models.rules.routing import Listener
from models.tables import Posting
from models.views import IncidentView


@dataclass(frozen=True)
class _OutsideStep:
    """A step, and the destinations where its incident was told. Of it only what is public is told outside.

    What is to be said is gathered in `letters`.
    """

    session: Session
    step: TellableStep
    standing: frozenset[int]
    letters: list[Letter] = field(default_factory=list)

    @property
    def told(self) -> Told:
        """What happened."""
        return self.step.told

    @property
    def view(self) -> IncidentView:
        """The incident as a public page would show it."""
        return self.step.view(PUBLIC)

    @property
    def ends(self) -> bool:
        """Whether the incident ended by it; of a mute that the recovery ends, only the time tells."""
        return self.told.incident.resolved_at == self.step.now and self.told.incident.confirmed

    @property
    def is_over(self) -> bool:
        """Whether the plugin works again wherever it failed so."""
        return self.ends and self.step.group.is_over

    @property
    def breaks(self) -> bool:
        """Whether it is that the plugin broke, once more or in another way, and others than private CI say so."""
        is_told = self.told.kind in BREAKS and not self.told.quiet and not self.step.news.private
        return is_told and self.told.incident.resolved_at is None

    @property
    def breaks_again(self) -> bool:
        """Whether it is that the plugin broke once more."""
        alone = not self.step.group.goes_on_without({self.step.number})
        return self.breaks and self.told.kind is StoryKind.REOPENED and alone

    def say(self, destination_id: int, action: Posting, message: Message) -> None:
        """Say it in the incident's conversation there."""
        self.letters.append(Letter(destination_id, self.step.conversation, action, message))

    @cached_property
    def topic(self) -> Message:
        """The topic of what is broken."""
        return words.topic(self.view)

    @cached_property
    def hook(self) -> Message:
        """What machines are told of the transition."""
        kind = StoryKind.RESOLVED if self.ends else self.told.kind
        return words.hook(self.view, kind, self.step.now)


def tell_outside(
    session: Session,
    steps: Sequence[TellableStep],
    standing: Mapping[str, set[int]],
    platforms: frozenset[str],
) -> None:
    """Put into the outbox what the steps mean on those of these platforms where they are to be heard.

    `standing` says where each conversation was told before, and learns where it is told now.
    """
    if not platforms & _TELL.keys() | (platforms & {EMAIL}):
        return
    everyone = [
        (platform, each) for platform, each in outside_listeners(session) if platform in platforms
    ]
    letters: list[Letter] = []
    for step in steps:
        there = standing[step.conversation]
        heard = _OutsideStep(session, step, frozenset(there))
        for platform, listener in everyone:
            if platform in _TELL:
                _TELL[platform](heard, listener)
        if EMAIL in platforms:
            _mail(heard)
        there |= posted(heard.letters, step.conversation)
        letters += heard.letters
    outbox.enqueue_all(session, letters, steps[0].now)
    if EXTENSION in platforms:
        _tell_of_acts(session, steps)


def _tell_of_acts(session: Session, steps: Sequence[TellableStep]) -> None:
    """Extensions hear what people did, but not who: that is for insiders."""
    done: dict[StoryKind, list[dict[str, Fact]]] = defaultdict(list)
    for step in steps:
        told = step.told
        if told.kind in ACTS and not step.private:
            done[told.kind].append({"incident": step.number, "plugin": told.plugin.handle})
    for kind, facts in done.items():
        happened(session, f"incident.{kind}", steps[0].now, *facts)


def _post_topic(heard: _OutsideStep, listener: Listener) -> None:
    """A topic while it is broken; a reply when that ends or begins anew, and the topic is closed or opened with it."""
    to, stands = listener.destination_id, listener.destination_id in heard.standing
    if heard.breaks and not stands:
        if listener.hears(heard.step.news) and not heard.told.incident.muted_at:
            heard.say(to, Posting.POST, heard.topic)
    elif stands and heard.is_over:
        heard.say(to, Posting.REPLY, filing.recovery_comment(heard.view))
        heard.say(to, Posting.CLOSE, filing.closing(heard.view))
    elif stands and heard.breaks_again:
        heard.say(to, Posting.REOPEN, filing.reopening())
        heard.say(to, Posting.REPLY, filing.recurrence_comment(heard.view))


def _post_event(heard: _OutsideStep, listener: Listener) -> None:
    """Each transition, as it comes: machines mute and gather for themselves. Who heard of it hears its end."""
    ends_there = heard.ends and listener.destination_id in heard.standing
    if ends_there or ((heard.breaks or heard.ends) and listener.hears(heard.step.news)):
        heard.say(listener.destination_id, Posting.POST, heard.hook)


def _mail(heard: _OutsideStep) -> None:
    """Write to the plugin's contacts where its incidents do not become issues, whoever else follows it."""
    plugin = heard.told.plugin
    changes_state = (heard.breaks and heard.told.incident.origin != FIELD_EVIDENCE) or heard.ends
    boxes = mailboxes(plugin.contact_emails) if changes_state else ()
    for box in boxes:
        mailbox = destination(heard.session, Place(EMAIL, box, box))
        to = mailbox.id or 0
        if mailbox.unsubscribed_at:
            continue
        if to in heard.standing:
            _mail_again(heard, to)
        elif heard.breaks and not (plugin.files_issues or heard.told.incident.muted_at):
            heard.say(to, Posting.POST, words.broken_mail(heard.view))


def _mail_again(heard: _OutsideStep, to: int) -> None:
    if heard.is_over:
        heard.say(to, Posting.REPLY, words.recovered_mail(heard.view))
    elif heard.breaks_again:
        heard.say(to, Posting.REPLY, words.broken_again_mail(heard.view))


_TELL = {DISCOURSE: _post_topic, WEBHOOK: _post_event, EXTENSION: _post_event}
