"""What Pluginwatch made of the reports: its incidents with their steps, each traced to the cause that it is about."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

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
    """An incident opened, or opened again, by this cause; None is a false alarm. A `quiet` one alarms nobody.

    `later` are the causes that it went on to tell of, each with the time: a plugin may break by another one meanwhile,
    and an incident tells of what was said last.
    """

    at: datetime
    until: datetime | None
    cause: Cause | None
    quiet: bool
    later: tuple[tuple[datetime, Cause], ...] = ()

    def cause_at(self, at: datetime) -> Cause | None:
        """The cause of which it told then."""
        told = [cause for since, cause in self.later if since <= at]
        return told[-1] if told else self.cause


@dataclass(frozen=True, slots=True)
class Traced:
    """An incident as it stands in the end, with each time that it was open."""

    row: Incident
    place: Place
    openings: tuple[Opening, ...]

    @property
    def causes(self) -> frozenset[int]:
        """The numbers of the real causes that it was about."""
        return frozenset(cause.number for cause in self.told)

    @property
    def told(self) -> tuple[Cause, ...]:
        """The real causes that it was about, in the order in which it told of them."""
        found: list[Cause] = []
        for each in self.openings:
            found += [each.cause] if each.cause else []
            found += [cause for _, cause in each.later]
        return tuple(found)

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
        cause = _cause(run, place, entry.at)
        told = [
            each for each in entries if each.kind in _ALARMS and _lies_in(each, entry.at, until)
        ]
        later = [(at, found) for at in _turns(told) if (found := _cause(run, place, at))]
        yield Opening(entry.at, until, cause, quiet, tuple(later))


def _lies_in(entry: StoryEntry, since: datetime, until: datetime | None) -> bool:
    return since <= entry.at and (until is None or entry.at <= until)


def _turns(told: Sequence[StoryEntry]) -> list[datetime]:
    """When it went on to tell of another error than before."""
    return [each.at for last, each in pairwise(told) if each.fingerprint != last.fingerprint]


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
    found = [each.opening_at(message.at).cause_at(message.at) for each in told]
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
