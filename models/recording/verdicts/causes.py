"""The causes of incidents that open, by all that is broken."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from sqlmodel import Session, col, select

from models.database import bulk
from models.recording.verdicts.describing import write_causes
from models.rules.blame import Suspect
from models.rules.causes import Breakage, causes, is_telling
from models.rules.fingerprint import fingerprint
from models.rules.sources import IN_REPOSITORY, JudgingSource
from models.tables import Incident


class _OpenIncident(NamedTuple):
    """An open incident, as far as it matters for the causes of others: an outbreak may have hundreds.

    Of those that are alike in `reading`, one has its plugin's handle and what it says: read there, it holds for all.
    """

    number: int
    handle: str | None
    message: str | None
    backtrace: str | None
    plugin_id: int
    plugin_branch: str
    host_branch: str
    bad_host_sha: str
    fingerprint: str
    suspect: str
    opened_at: str | datetime
    origin: str
    cause: str
    cause_words: str
    lead_id: int | None
    has_message: bool
    has_backtrace: bool

    @property
    def reading(self) -> tuple[object, ...]:
        """Those that are alike in this fail in the same words."""
        return self.fingerprint, self.origin, self.has_message, self.has_backtrace

    @property
    def shows_its_cause(self) -> bool:
        """Whether it fails in the words for which its cause was named: with other words, the cause may be another."""
        return not self.cause or self.cause_words == self.fingerprint


class _ReadWords(NamedTuple):
    """The fingerprint by which an error is compared with others, and whether its words alone are enough for that."""

    fingerprint: str
    founds: bool


def name_causes(
    session: Session,
    handles: Mapping[int, str],
    opened: Sequence[Incident],
    accused: Sequence[Incident],
    said_since: Mapping[int | None, datetime],
) -> list[str]:
    """Write down the cause of each incident that opens or is now accused, and of open ones that turn out to have it
    too; return these. One that was open has its card already. `handles` are those of their plugins, by id, and
    `said_since` tells since when an incident, by its number, fails in its present words, where it opened in others.
    """
    asked = [*opened, *accused]
    if not asked:
        return []
    fresh = {
        number: _known(incident, handles[incident.plugin_id])
        for incident in asked
        if (number := incident.id)
    }
    words = sorted({(each.fingerprint,) for each in fresh.values()})
    stood_still = [each for each in fresh.values() if each.suspect == Suspect.HOST]
    ranges = {(each.host_branch, each.bad_host_sha) for each in stood_still}
    ranges |= {(each.host_branch, each.last_host_sha) for each in asked if each.id in said_since}
    found = _open_incidents(session, words, sorted(ranges))
    begun = {incident.id for incident in opened}
    _lead(opened, [each for each in found if each.number not in begun])
    others = [each for each in found if each.number not in fresh and each.shows_its_cause]
    read = _breakages([*fresh.values(), *others])
    breakages = [
        each._replace(opened_at=said_since.get(each.number, each.opened_at))
        for each in read[: len(fresh)]
    ]
    named = causes(breakages, read[len(fresh) :])
    write_causes(session, [*asked, *_renamed(session, others, named)], named)
    return sorted({incident.cause for incident in asked if incident.cause})


def _renamed(
    session: Session, others: Sequence[_OpenIncident], named: Mapping[int, str]
) -> Sequence[Incident]:
    """Those that have another cause than was thought."""
    numbers = [each.number for each in others if each.cause != named[each.number]]
    if not numbers:
        return ()
    return session.exec(select(Incident).where(col(Incident.id).in_(numbers))).all()


def _lead(opened: Sequence[Incident], open_before: Sequence[_OpenIncident]) -> None:
    """Let what fails in the same way on several host branches be told by the card of the first of them."""
    leads: dict[tuple[object, ...], int | None] = {}
    told = {_told_as(incident) for incident in opened}
    for known in sorted(each for each in open_before if _told_as(each) in told):
        leads.setdefault(_told_as(known), known.lead_id or known.number)
    for incident in sorted(opened, key=lambda each: each.id or 0):
        key = _told_as(incident)
        lead = leads.setdefault(key, incident.lead_id or incident.id)
        if lead != (incident.lead_id or incident.id):
            incident.lead_id = lead


def _told_as(incident: Incident | _OpenIncident) -> tuple[object, ...]:
    """Incidents that are alike in this are one card."""
    return incident.plugin_id, incident.plugin_branch, incident.fingerprint


def shown_by_others(session: Session, incidents: Sequence[Incident]) -> list[Breakage]:
    """What is open, fails in the words of one of these or since its last host commit, and shows its cause."""
    words = sorted({(each.fingerprint,) for each in incidents})
    ranges = sorted({(each.host_branch, each.last_host_sha) for each in incidents})
    found = _open_incidents(session, words, ranges)
    return _breakages([each for each in found if each.cause and each.shows_its_cause])


def _open_incidents(
    session: Session, words: Sequence[tuple[str]], ranges: Sequence[tuple[str, str]]
) -> list[_OpenIncident]:
    """What is open, and fails in these words or since these host commits."""
    found = bulk.fetch(session, _KNOWN, words=words, ranges=ranges)
    return [_OpenIncident(*row) for row in found["known"]]


def breakage_of(incident: Incident, handle: str) -> Breakage:
    """The incident, of the plugin with this handle, as far as it matters for what it shares with others."""
    return _breakages([_known(incident, handle)])[0]


def _known(row: Incident, handle: str) -> _OpenIncident:
    columns = [getattr(row, name) for name in _OpenIncident._fields[2:-2]]
    said = bool(row.message), bool(row.backtrace)
    return _OpenIncident._make([row.id or 0, handle, *columns, *said])


def _breakages(incidents: Sequence[_OpenIncident]) -> list[Breakage]:
    """The same, as far as it matters for what they share.

    Of those with one fingerprint the first one's words are read alone: there may be thousands, and reading takes long.
    """
    read: dict[tuple[object, ...], _ReadWords] = {}
    made: list[Breakage] = []
    for each in incidents:
        alike = each.reading
        if alike not in read:
            read[alike] = _read(each)
        made.append(_breakage(each, read[alike]))
    return made


def _read(known: _OpenIncident) -> _ReadWords:
    in_repository = known.origin in IN_REPOSITORY
    founds = is_telling(known.message, known.backtrace, in_repository=in_repository)
    # Each plugin has frames of its own; what all say tells more, but a browser's step says where, and not what.
    if founds and known.origin != JudgingSource.CANARY:
        return _ReadWords(_words(known.handle or "", known.message), founds)
    return _ReadWords(known.fingerprint, founds)


def _breakage(known: _OpenIncident, read: _ReadWords) -> Breakage:
    return Breakage(
        known.number,
        known.plugin_id,
        known.host_branch,
        known.bad_host_sha,
        read.fingerprint,
        Suspect(known.suspect),
        _time_of(known.opened_at),
        read.founds,
        known.cause,
        in_browser=known.origin == JudgingSource.CANARY,
    )


@lru_cache(maxsize=1_000)
def _time_of(opened_at: str | datetime) -> datetime:
    """When it opened. Of an outbreak many did at once."""
    return bulk.time_of(opened_at)


@lru_cache(maxsize=2_000)
def _words(handle: str, message: str | None) -> str:
    """The error without the frames where it was met. An outbreak's members are asked for with each that joins."""
    return fingerprint(handle, message, None)


# What is open, and fails in the words of what opens, or broke by the same host commits where the plugin stood still. Of
# those that are read alike, also by whether they show a cause, the oldest alone brings what it says: each of hundreds
# may bring a long backtrace.
_KNOWN = {"known": (", ".join(_OpenIncident._fields), """
WITH known AS (
    SELECT i.id FROM {words(fingerprint text)} r
    {each incident i where i.fingerprint = r.fingerprint AND i.resolved_at IS NULL AND i.confirmed}
    UNION
    SELECT i.id FROM {ranges(host_branch text, bad_host_sha text)} r
    {each incident i where i.bad_host_sha = r.bad_host_sha AND i.host_branch = r.host_branch
     AND i.resolved_at IS NULL AND i.suspect = 'host' AND i.confirmed}
),
saying AS MATERIALIZED (
    SELECT min(o.id) AS id FROM known k {each incident o where o.id = k.id}
    GROUP BY o.fingerprint, o.origin, coalesce(o.message, '') > '', coalesce(o.backtrace, '') > '',
        o.cause > '', o.cause_words = o.fingerprint
)
SELECT o.id AS number,
    CASE WHEN s.id IS NOT NULL THEN (SELECT p.handle FROM plugin p WHERE p.id = o.plugin_id) END AS handle,
    CASE WHEN s.id IS NOT NULL THEN o.message END AS message,
    CASE WHEN s.id IS NOT NULL THEN o.backtrace END AS backtrace,
    o.plugin_id, o.plugin_branch, o.host_branch, o.bad_host_sha, o.fingerprint, o.suspect, o.opened_at, o.origin,
    o.cause, o.cause_words, o.lead_id, coalesce(o.message, '') > '' AS has_message,
    coalesce(o.backtrace, '') > '' AS has_backtrace
FROM known k {each incident o where o.id = k.id} LEFT JOIN saying s ON s.id = o.id
ORDER BY o.id
""")}  # fmt: skip
