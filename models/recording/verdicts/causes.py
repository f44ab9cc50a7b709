"""The causes of incidents that open, by all that is broken."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from sqlmodel import Session, col, select

from models.database import bulk
from models.rules.blame import Suspect
from models.rules.causes import Breakage, causes, is_telling
from models.rules.fingerprint import fingerprint
from models.rules.sources import IN_REPOSITORY, JudgingSource
from models.tables import Incident


class _OpenIncident(NamedTuple):
    """An open incident, as far as it matters for the causes of others: an outbreak may have hundreds."""

    number: int
    handle: str
    plugin_id: int
    plugin_branch: str
    host_branch: str
    bad_host_sha: str
    fingerprint: str
    suspect: str
    opened_at: str | datetime
    message: str | None
    backtrace: str | None
    origin: str
    cause: str
    cause_words: str
    lead_id: int | None

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
        replace(each, opened_at=said_since.get(each.number, each.opened_at))
        for each in read[: len(fresh)]
    ]
    named = causes(breakages, read[len(fresh) :])
    for incident in (*asked, *_renamed(session, others, named)):
        incident.cause, incident.cause_words = named[incident.id or 0], incident.fingerprint
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
    for known in sorted(open_before):
        key = (known.plugin_id, known.plugin_branch, known.fingerprint)
        leads.setdefault(key, known.lead_id or known.number)
    for incident in sorted(opened, key=lambda each: each.id or 0):
        key = (incident.plugin_id, incident.plugin_branch, incident.fingerprint)
        lead = leads.setdefault(key, incident.lead_id or incident.id)
        if lead != (incident.lead_id or incident.id):
            incident.lead_id = lead


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
    return _OpenIncident(
        row.id or 0, handle, *(getattr(row, name) for name in _OpenIncident._fields[2:])
    )


def _breakages(incidents: Sequence[_OpenIncident]) -> list[Breakage]:
    """The same, as far as it matters for what they share.

    Of those with one fingerprint the first one's words are read alone: there may be thousands, and reading takes long.
    """
    read: dict[tuple[object, ...], _ReadWords] = {}
    made: list[Breakage] = []
    for each in incidents:
        alike = (each.fingerprint, each.origin, bool(each.message), bool(each.backtrace))
        if alike not in read:
            read[alike] = _read(each)
        made.append(_breakage(each, read[alike]))
    return made


def _read(known: _OpenIncident) -> _ReadWords:
    in_repository = known.origin in IN_REPOSITORY
    founds = is_telling(known.message, known.backtrace, in_repository=in_repository)
    # Each plugin has frames of its own; what all say tells more, but a browser's step says where, and not what.
    if founds and known.origin != JudgingSource.CANARY:
        return _ReadWords(_words(known.handle, known.message), founds)
    return _ReadWords(known.fingerprint, founds)


def _breakage(known: _OpenIncident, read: _ReadWords) -> Breakage:
    return Breakage(
        number=known.number,
        plugin_id=known.plugin_id,
        host_branch=known.host_branch,
        bad_host_sha=known.bad_host_sha,
        fingerprint=read.fingerprint,
        suspect=Suspect(known.suspect),
        opened_at=bulk.time_of(known.opened_at),
        founds=read.founds,
        cause=known.cause,
        in_browser=known.origin == JudgingSource.CANARY,
    )


@lru_cache(maxsize=2_000)
def _words(handle: str, message: str | None) -> str:
    """The error without the frames where it was met. An outbreak's members are asked for with each that joins."""
    return fingerprint(handle, message, None)


# What is open, and fails in the words of what opens, or broke by the same host commits where the plugin stood still.
_COLUMNS = (
    "number, handle, plugin_id, plugin_branch, host_branch, bad_host_sha, fingerprint, suspect, opened_at, message, "
    "backtrace, origin, cause, cause_words, lead_id"
)
_KNOWN = {"known": (_COLUMNS, """
SELECT o.id AS number, p.handle, o.plugin_id, o.plugin_branch, o.host_branch, o.bad_host_sha, o.fingerprint,
       o.suspect, o.opened_at, o.message, o.backtrace, o.origin, o.cause, o.cause_words, o.lead_id
FROM (
    SELECT i.id FROM {words(fingerprint text)} r
    {each incident i where i.fingerprint = r.fingerprint AND i.resolved_at IS NULL AND i.confirmed}
    UNION
    SELECT i.id FROM {ranges(host_branch text, bad_host_sha text)} r
    {each incident i where i.bad_host_sha = r.bad_host_sha AND i.host_branch = r.host_branch
     AND i.resolved_at IS NULL AND i.suspect = 'host' AND i.confirmed}
) k {each incident o where o.id = k.id} JOIN plugin p ON p.id = o.plugin_id
""")}  # fmt: skip
