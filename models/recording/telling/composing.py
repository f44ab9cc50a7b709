"""A step of a story as those may know it who hear of it: composed once for all who may know the same and are
spoken to in the same language.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from models.messages.incident import incident_card
from models.messages.incident_care import Maintainers
from models.messages.message import Message
from models.messages.story import opened_reply, story_reply
from models.queries.incidents import incident_view
from models.queries.privacy import shown_incident
from models.recording.telling.card_groups import CardGroup
from models.recording.verdicts.incidents import Told
from models.rules.conversations import About, Conversation
from models.rules.ecosystems import Ecosystem
from models.rules.incidents import StoryKind
from models.rules.privacy import Clearance
from models.rules.routing import Listener, News, Topic
from models.rules.sources import IN_REPOSITORY
from models.rules.speaking import speaking
from models.rules.status import Verdict
from models.tables import Incident, Plugin
from models.views import IncidentView


@dataclass(frozen=True, slots=True)
class TellableStep:
    """A step with what matters for all who may hear of it. Of one that is `private` not everyone may know all.

    One that `stands_out` must not hide in the thread.
    """

    told: Told
    news: News
    now: datetime
    private: bool
    files: bool
    group: CardGroup
    stands_out: bool
    maintainers: tuple[str, ...] = ()
    _views: dict[tuple[bool, bool], IncidentView] = field(default_factory=dict)
    _cards: dict[tuple[bool, bool, bool, str], Message] = field(default_factory=dict)
    _replies: dict[tuple[bool, bool, str], Message] = field(default_factory=dict)
    _opened: dict[tuple[bool, bool, str], Message] = field(default_factory=dict)

    @property
    def number(self) -> int:
        """The incident's."""
        return self.told.incident.id or 0

    @property
    def conversation(self) -> Conversation:
        """The one of the card that tells of the incident."""
        return Conversation.on(About.INCIDENT, self.group.number)

    @property
    def is_muted(self) -> bool:
        """Whether a mute keeps the step back; that it began is told."""
        return self.told.incident.muted_at is not None and self.told.kind is not StoryKind.MUTED

    @property
    def is_held_back(self) -> bool:
        """Whether it is in doubt, so that it begins no conversation unless quietly."""
        begins = self.told.kind in {StoryKind.OPENED, StoryKind.REOPENED} and self.told.shown
        return not (self.told.incident.confirmed or begins)

    def hides(self, allowed: Clearance) -> bool:
        """Whether not all may be told."""
        return allowed.hides(self.told.plugin.id, private=self.private)

    def view(self, allowed: Clearance) -> IncidentView:
        """The incident as far as it may be known."""
        key = (allowed.inside, self.hides(allowed))
        if key not in self._views:
            self._views[key] = self._view(self.told.incident, allowed)
        return self._views[key]

    def _viewed(self, incident: Incident, allowed: Clearance) -> IncidentView:
        """One that shares the card, as far as it may be known."""
        if incident is self.told.incident:
            return self.view(allowed)
        return self._view(incident, allowed)

    def _view(self, incident: Incident, allowed: Clearance) -> IncidentView:
        whole = incident_view(incident, self.told.plugin)
        return shown_incident(whole, allowed, hidden=self.hides(allowed))

    def card(self, to: Listener) -> Message:
        """The card as far as it may be known there."""
        allowed = to.allowed
        key = (allowed.inside, self.hides(allowed), to.guards, to.language)
        if key not in self._cards:
            shown, *others = (self._viewed(each, allowed) for each in self._on_card(allowed))
            maintainers = self._maintainers(to)
            with speaking(to.language):
                self._cards[key] = incident_card(
                    shown, others, files=self.files, maintainers=maintainers
                )
        return self._cards[key]

    def _maintainers(self, to: Listener) -> Maintainers | None:
        """Who is recognised as maintaining the plugin, else who is named so; that nobody is recognised, guardians alone
        are told. None says nothing.

        Of a hidden plugin it would tell whose login owns its repository. Our own extensions have neither.
        """
        if not to.allowed.inside or self.hides(to.allowed):
            return None
        if self.maintainers:
            return Maintainers(self.maintainers)
        named = self.told.plugin.maintainers
        if to.guards and self.told.plugin.ecosystem != Ecosystem.PLUGINWATCH:
            return Maintainers(named, recognised=False)
        return Maintainers(named) if named else None

    def _on_card(self, allowed: Clearance) -> list[Incident]:
        """The incidents that the card tells of, the shown one first: of a hidden plugin not what only CI says."""
        known = [
            each
            for each in self.group.incidents
            if not (self.hides(allowed) and each.origin in IN_REPOSITORY)
        ]
        shown = self.group.shown if self.group.shown in known else self.told.incident
        return [shown, *(each for each in known if each is not shown)]

    def reply(self, to: Listener) -> Message:
        """What the thread tells of the step, to those who may hear it."""
        allowed = to.allowed
        key = (allowed.inside, self.hides(allowed), to.language)
        if key not in self._replies:
            lines = () if key[1] else self.told.lines  # they may tell what CI said
            with speaking(to.language):
                self._replies[key] = story_reply(
                    self.view(allowed), self.told.kind, self.told.words, self.now, lines
                )
        return self._replies[key]

    def opened(self, to: Listener) -> Message:
        """What the thread of a new card begins with."""
        allowed = to.allowed
        key = (allowed.inside, self.hides(allowed), to.language)
        if key not in self._opened:
            with speaking(to.language):
                self._opened[key] = opened_reply(self.view(allowed))
        return self._opened[key]

    def tells(self, allowed: Clearance) -> bool:
        """Whether its words may be told: of a hidden plugin neither CI's, nor which issue stands where."""
        return not self.hides(allowed) or (
            bool(self.told.host_sha) and self.told.kind is not StoryKind.FILED
        )


def step_of(
    told: Told,
    group: CardGroup,
    now: datetime,
    private_ids: Collection[int],
    *,
    files: bool,
    stands_out: bool,
    maintainers: Mapping[int, tuple[str, ...]],
) -> TellableStep:
    """The step; `files` means that issues are filed from here. `maintainers` are names by the plugins' ids."""
    private = told.plugin.id in private_ids
    news = news_of(told.incident, told.plugin, private=private)
    names = maintainers.get(told.incident.plugin_id, ())
    return TellableStep(told, news, now, private, files, group, stands_out, names)


def news_of(incident: Incident, plugin: Plugin, *, private: bool) -> News:
    """The incident as it matters for who hears of it; `private` is what its plugin is."""
    return News(
        Topic.FIXED if incident.resolved_at else Topic.BROKEN,
        incident.plugin_id,
        plugin.tags,
        incident.host_branch,
        Verdict(incident.verdict),
        private=private and incident.origin in IN_REPOSITORY,
    )
