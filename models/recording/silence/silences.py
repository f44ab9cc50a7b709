"""Sources that ought to have been heard: whose time is up, and who is heard again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from models.events import Outcome
from models.events.silence import SilenceCheck
from models.messages.silence import heard_words, not_expected_words
from models.operating.attendance import JOBS, WEB, absences, sign_in
from models.recording.silence.expiring import expire_said
from models.recording.silence.flooding import end_floods
from models.recording.silence.sightings import sightings
from models.recording.silence.together import announce_mass, join
from models.recording.silence.troubles import announce_trouble, end_trouble, open_trouble, open_troubles
from models.recording.verdicts.incidents import Told
from models.rules.silence import SILENCES, Sighting, Trouble, allowance, due, listened, trouble, with_gap
from models.rules.watched import WATCHED, WatchedKind
from models.tables import MassSilence, WatchedIncident, WatchedSource

# What a new source has said before we looked first counts from then, so that nothing is due the moment it is known.
_FIRST_LOOK = timedelta(hours=1)

_Spans = Sequence[tuple[datetime, datetime]]


@dataclass
class _Look:
    """A look at sources at one moment: the `silences` that it found open, and what it changes."""

    session: Session
    now: datetime
    silences: dict[tuple[str, str], WatchedIncident]
    opened: list[WatchedIncident] = field(default_factory=list)
    ended: list[WatchedIncident] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)

    def at(self, row: WatchedSource, sighting: Sighting, spans: _Spans) -> None:
        """Bring a source in line with how it was sighted; `spans` are the times when nobody could hear it."""
        _hear(row, sighting, spans)
        expected = sighting.expected and row.forgotten_at is None
        if expected and not row.expected:
            row.since = self.now
        row.expected = expected
        said_so = timedelta(seconds=row.allowed_seconds) if row.allowed_seconds else sighting.allowed
        allowed = said_so or allowance(WatchedKind(row.kind), row.gaps)
        row.due_at = due(max(row.heard_at or row.since, row.since), allowed, spans)
        ends_by = due(sighting.begun_at, sighting.ends_after, spans) if sighting.begun_at else None
        now_seen = replace(sighting, heard_at=row.heard_at, expected=expected)
        row.trouble = found = trouble(now_seen, row.due_at, ends_by, self.now)
        self.session.add(row)
        silence = self.silences.get((row.kind, row.name))
        if found and silence is None:
            self._open(row, found)
        elif silence is not None and not found:
            end_trouble(self.session, silence, _end(row, silence), self.now)
            self.ended.append(silence)

    def _open(self, row: WatchedSource, found: Trouble) -> None:
        kind = WatchedKind(row.kind)
        unknown, told = expire_said(self.session, kind, row.name, row.heard_at, self.now)
        facts = {"heard_at": row.heard_at, "said": row.said, "unknown": unknown}
        self.opened.append(open_trouble(self.session, kind, row.name, found, self.now, **facts))
        self.told += told

    def announce(self) -> None:
        """Tell what it changed: those that fell silent together as one."""
        self.session.flush()
        joined = join(self.session, self.opened, self.now)
        for incident in (*self.opened, *self.ended):
            announce_trouble(self.session, incident, self.now)
        numbers = {incident.mass_silence_id for incident in self.ended} | ({joined.id} if joined else set())
        for number in sorted(filter(None, numbers)):
            announce_mass(self.session, self.session.get_one(MassSilence, number), self.opened, self.now)


def record_silences(session: Session, check: SilenceCheck, now: datetime) -> tuple[Outcome, list[Told]]:
    """Look at every source. `number` in the outcome counts the silences that began."""
    sign_in(session, JOBS, now)
    still_open = session.exec(select(WatchedIncident).where(col(WatchedIncident.resolved_at).is_(None)))
    look = _Look(session, now, _silences(still_open))
    rows = {(row.kind, row.name): row for row in session.exec(select(WatchedSource))}
    spans = {kind: _spans(session, kind, now) for kind in WatchedKind}
    for sighting in sightings(session, check, now):
        row = rows.pop((sighting.kind, sighting.name), None)
        if row is not None or sighting.expected:
            look.at(row or _first(sighting, now), sighting, spans[sighting.kind])
    for row in rows.values():  # no table knows them any more
        look.at(row, Sighting(WatchedKind(row.kind), row.name, since=row.since, expected=False), ())
        session.delete(row)
    look.announce()
    end_floods(session, now)
    return Outcome(number=len(look.opened)), look.told


def look_at(session: Session, sighting: Sighting, now: datetime) -> list[Told]:
    """The same for one source that was just heard, so that its silence ends at once."""
    known = select(WatchedSource).where(WatchedSource.kind == sighting.kind, WatchedSource.name == sighting.name)
    row = session.exec(known).first() or _first(sighting, now)
    look = _Look(session, now, _silences(open_troubles(session, sighting.kind, sighting.name)))
    look.at(row, sighting, _spans(session, sighting.kind, now))
    look.announce()
    return look.told


def _silences(incidents: Iterable[WatchedIncident]) -> dict[tuple[str, str], WatchedIncident]:
    return {(each.source, each.name): each for each in incidents if each.trouble in SILENCES}


def _end(row: WatchedSource, incident: WatchedIncident) -> str:
    """Why the silence is over, in words."""
    if row.heard_at is None or row.heard_at <= (incident.heard_at or row.since):
        return not_expected_words()
    return heard_words(Trouble(incident.trouble), row.heard_at, incident.heard_at, row.said)


def _hear(row: WatchedSource, sighting: Sighting, spans: _Spans) -> None:
    """Note what was heard. The gap before it teaches the source's rhythm, unless it was too long already."""
    heard = sighting.heard_at
    if heard is None or (row.heard_at is not None and heard < row.heard_at):
        return
    if row.heard_at is not None and row.heard_at < heard and row.trouble is None and row.expected:
        row.gaps = with_gap(row.gaps, heard.date(), listened(row.heard_at, heard, spans))
    row.heard_at, row.said = heard, sighting.said
    if row.forgotten_at is not None and heard > row.forgotten_at:
        row.forgotten_at = None


def _first(sighting: Sighting, now: datetime) -> WatchedSource:
    """A source at first sight. What had been silent for long before anybody watched is not waited for."""
    since = min(max(sighting.since, now - _FIRST_LOOK), now)
    heard = sighting.heard_at
    long_gone = heard is not None and now - heard > WATCHED[sighting.kind].patience.most and sighting.allowed is None
    return WatchedSource(
        kind=sighting.kind,
        name=sighting.name,
        since=since,
        heard_at=heard,
        said=sighting.said,
        due_at=now,
        forgotten_at=now if long_gone else None,
    )


def _spans(session: Session, kind: WatchedKind, now: datetime) -> _Spans:
    """When nobody of this kind could be heard: the web process is missed by the clock's alone."""
    return absences(session, (JOBS,) if kind is WatchedKind.WEB else (WEB, JOBS), now)
