"""Sources that should have been heard by now: finds those that are late, or heard again."""

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
from models.recording.silence.troubles import (
    announce_trouble,
    end_trouble,
    open_trouble,
    open_troubles,
)
from models.recording.verdicts.incidents import Told
from models.rules.silence import (
    SILENCES,
    Sighting,
    Trouble,
    allowance,
    due,
    listened,
    trouble,
    with_gap,
)
from models.rules.watched import WATCHED, WatchedKind
from models.tables import MassSilence, WatchedIncident, WatchedSource

# A new source counts as known since one hour at most, so that it is not late the moment we see it.
_FIRST_LOOK = timedelta(hours=1)

_Spans = Sequence[tuple[datetime, datetime]]


@dataclass
class _Look:
    """One look at the sources: the `silences` that were open before it, and what it changed."""

    session: Session
    now: datetime
    silences: dict[tuple[str, str], WatchedIncident]
    opened: list[WatchedIncident] = field(default_factory=list)
    ended: list[WatchedIncident] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)

    def at(self, row: WatchedSource, sighting: Sighting, spans: _Spans) -> None:
        """Update a source by its sighting; `spans` are the times when none of us could hear it."""
        _hear(row, sighting, spans)
        expected = sighting.expected and row.forgotten_at is None
        if expected and not row.expected:
            row.since = self.now
        row.expected = expected
        row.due_at = due(max(row.heard_at or row.since, row.since), _allowed(row, sighting), spans)
        ends_by = None
        if sighting.begun_at:
            ends_by = due(sighting.begun_at, sighting.ends_after, spans)
        now_seen = replace(sighting, heard_at=row.heard_at, expected=expected)
        found = trouble(now_seen, row.due_at, ends_by, self.now)
        row.trouble = found
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
        """Announce the changes; sources that fell silent together are announced as one."""
        joined = join(self.session, self.opened, self.now)
        for incident in (*self.opened, *self.ended):
            announce_trouble(self.session, incident, self.now)
        numbers = {incident.mass_silence_id for incident in self.ended}
        if joined:
            numbers.add(joined.id)
        for number in sorted(filter(None, numbers)):
            mass = self.session.get_one(MassSilence, number)
            announce_mass(self.session, mass, self.opened, self.now)


def record_silences(
    session: Session, check: SilenceCheck, now: datetime
) -> tuple[Outcome, list[Told]]:
    """Look at every source. `number` in the outcome is how many silences began."""
    sign_in(session, JOBS, now)
    still_open = session.exec(
        select(WatchedIncident).where(col(WatchedIncident.resolved_at).is_(None))
    )
    look = _Look(session, now, _silences(still_open))
    rows = {(row.kind, row.name): row for row in session.exec(select(WatchedSource))}
    spans = {kind: _spans(session, kind, now) for kind in WatchedKind}
    for sighting in sightings(session, check, now):
        row = rows.pop((sighting.kind, sighting.name), None)
        if row is not None or sighting.expected:
            look.at(row or _first(sighting, now), sighting, spans[sighting.kind])
    for row in rows.values():  # these sources are in no table any more
        gone = Sighting(WatchedKind(row.kind), row.name, since=row.since, expected=False)
        look.at(row, gone, ())
        session.delete(row)
    look.announce()
    end_floods(session, now)
    return Outcome(number=len(look.opened)), look.told


def look_at(session: Session, sighting: Sighting, now: datetime) -> list[Told]:
    """Look at one source that was just heard, so that its silence ends at once."""
    known = select(WatchedSource).where(
        WatchedSource.kind == sighting.kind,
        WatchedSource.name == sighting.name,
    )
    row = session.exec(known).first() or _first(sighting, now)
    look = _Look(session, now, _silences(open_troubles(session, sighting.kind, sighting.name)))
    look.at(row, sighting, _spans(session, sighting.kind, now))
    look.announce()
    return look.told


def _silences(incidents: Iterable[WatchedIncident]) -> dict[tuple[str, str], WatchedIncident]:
    return {(each.source, each.name): each for each in incidents if each.trouble in SILENCES}


def _allowed(row: WatchedSource, sighting: Sighting) -> timedelta:
    """How long the source may be silent: as an operator said, or its own times, or its rhythm."""
    if row.allowed_seconds:
        return timedelta(seconds=row.allowed_seconds)
    return sighting.allowed or allowance(WatchedKind(row.kind), row.gaps)


def _end(row: WatchedSource, incident: WatchedIncident) -> str:
    """Why the silence is over, in words."""
    if row.heard_at is None or row.heard_at <= (incident.heard_at or row.since):
        return not_expected_words()
    return heard_words(Trouble(incident.trouble), row.heard_at, incident.heard_at, row.said)


def _hear(row: WatchedSource, sighting: Sighting, spans: _Spans) -> None:
    """Store what was heard. A gap that was not too long teaches the rhythm of the source."""
    heard = sighting.heard_at
    before = row.heard_at
    if heard is None or (before is not None and heard < before):
        return
    is_new = before is not None and before < heard
    if before is not None and is_new and row.trouble is None and row.expected:
        row.gaps = with_gap(row.gaps, heard.date(), listened(before, heard, spans))
    row.heard_at = heard
    row.said = sighting.said
    if row.forgotten_at is not None and heard > row.forgotten_at:
        row.forgotten_at = None


def _first(sighting: Sighting, now: datetime) -> WatchedSource:
    """The row of a source at first sight. One that was silent for long already is not waited for."""
    since = min(max(sighting.since, now - _FIRST_LOOK), now)
    heard = sighting.heard_at
    patience = WATCHED[sighting.kind].patience.most
    long_gone = heard is not None and now - heard > patience and sighting.allowed is None
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
    """When no source of this kind could be heard, because a process of ours was away.

    The web process itself is watched by the jobs process alone.
    """
    listeners = (JOBS,) if kind is WatchedKind.WEB else (WEB, JOBS)
    return absences(session, listeners, now)
