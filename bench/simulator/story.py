"""What Pluginwatch made of the reports: its incidents with their steps, each traced to the cause that it is about."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from bench.simulator.causes import Cause
from bench.simulator.parameters import DAY
from bench.simulator.running import RoomPost, SimulatorRun
from bench.simulator.truth import Bad, Place
from models.rules.conversations import About, Conversation
from models.rules.incidents import FIELD_EVIDENCE, StoryKind
from models.tables import Incident, Plugin, RushMember, StoryEntry

_OPENS = (StoryKind.OPENED, StoryKind.REOPENED)
_ALARMS = (*_OPENS, StoryKind.CONFIRMED, StoryKind.CHANGED)
# A machine's word is the reason for what opens within this time.
_FRESH = 3 * DAY


@dataclass(frozen=True, slots=True)
class Opening:
    """An incident opened, or opened again, by this cause; None is a false alarm. A `quiet` one alarms nobody."""

    at: datetime
    until: datetime | None
    cause: Cause | None
    quiet: bool


@dataclass(frozen=True, slots=True)
class Traced:
    """An incident as it stands in the end, with each time that it was open."""

    row: Incident
    place: Place
    openings: tuple[Opening, ...]

    @property
    def causes(self) -> frozenset[int]:
        """The real causes that it was about."""
        return frozenset(each.cause.number for each in self.openings if each.cause)

    @property
    def first_cause(self) -> Cause | None:
        """The real cause by which it opened first."""
        return next((each.cause for each in self.openings if each.cause), None)

    @property
    def is_field(self) -> bool:
        """Whether it rests on what client sites say."""
        return self.row.origin == FIELD_EVIDENCE

    def opening_at(self, at: datetime) -> Opening:
        """The opening that was the last one then."""
        return next((each for each in reversed(self.openings) if each.at <= at), self.openings[0])


def traced(run: SimulatorRun) -> dict[int, Traced]:
    """All incidents by their numbers."""
    numbers = {plugin.handle: plugin.number for plugin in run.world.plugins}
    with run.database.read() as session:
        handles = dict(session.exec(select(Plugin.id, Plugin.handle)).all())
        rows = session.exec(select(Incident).order_by(col(Incident.id))).all()
        entries: dict[int, list[StoryEntry]] = {}
        for entry in session.exec(select(StoryEntry).order_by(col(StoryEntry.id))):
            entries.setdefault(entry.incident_id, []).append(entry)
        session.expunge_all()
    found = {}
    for row in rows:
        place = (numbers[handles[row.plugin_id]], row.host_branch)
        openings = tuple(_openings(run, place, entries[row.id or 0]))
        found[row.id or 0] = Traced(row, place, openings)
    return found


def _openings(run: SimulatorRun, place: Place, entries: Sequence[StoryEntry]) -> Iterator[Opening]:
    ends = [entry.at for entry in entries if entry.kind == StoryKind.RESOLVED]
    loud = [entry.at for entry in entries if entry.kind in _ALARMS and not entry.quiet]
    for entry in entries:
        if entry.kind not in _OPENS:
            continue
        until = next((end for end in ends if end >= entry.at), None)
        quiet = not any(entry.at <= at and (until is None or at <= until) for at in loud)
        yield Opening(entry.at, until, _cause(run, place, entry.at), quiet)


def _cause(run: SimulatorRun, place: Place, at: datetime) -> Cause | None:
    """The cause of the newest reports that it fails; a real one, where machines are told of both."""
    heard = [
        bad
        for bad in run.truth.bad.get(place, ())
        if at - _FRESH <= bad.arrived <= at and bad.is_real
    ]
    if not heard:
        return None
    newest = max(heard, key=_newest)
    return run.world.causes[newest.line.cause or 0]


def _newest(bad: Bad) -> tuple[datetime, bool]:
    return bad.arrived, bad.kind != "site"


def about_a_plugin(message: RoomPost) -> bool:
    """Whether the message is of incidents, not of a server's own trouble."""
    return Conversation(message.conversation).about in {
        About.INCIDENT,
        About.OUTBREAK,
        About.RUSH,
    }


def causes_of(
    message: RoomPost, incidents: dict[int, Traced], members: dict[str, list[Traced]]
) -> list[Cause]:
    """About which causes the message is: a list may be about several, and an outbreak is about one."""
    conversation = Conversation(message.conversation)
    told = members.get(conversation, [])
    if conversation.about is About.INCIDENT:
        told = [incidents[int(conversation.key)]]
    if conversation.about is About.OUTBREAK:
        told = [each for each in told if each.openings[0].at <= message.at]
    found = [each.opening_at(message.at).cause for each in told]
    causes = [cause for cause in found if cause]
    return causes if conversation.about is About.RUSH else causes[:1]


def outbreaks_of(incidents: Iterable[Traced]) -> dict[str, list[Traced]]:
    """The incidents of each outbreak, by its conversation."""
    members: dict[str, list[Traced]] = defaultdict(list)
    for each in incidents:
        if each.row.outbreak_id is not None:
            members[Conversation.on(About.OUTBREAK, each.row.outbreak_id)].append(each)
    return members


def members_of(run: SimulatorRun, incidents: dict[int, Traced]) -> dict[str, list[Traced]]:
    """The incidents of each outbreak, and of each list, by its conversation."""
    members = outbreaks_of(incidents.values())
    with run.database.read() as session:
        for listed in session.exec(select(RushMember)):
            conversation = Conversation.on(About.RUSH, listed.rush_id)
            members[conversation].append(incidents[listed.incident_id])
    return members
