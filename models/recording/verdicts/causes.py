"""The causes of incidents that open, by all that is broken."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from models.database import bulk
from models.rules.blame import Suspect
from models.rules.causes import Breakage, causes, is_telling
from models.rules.sources import IN_REPOSITORY
from models.tables import Incident


def name_causes(session: Session, opened: Sequence[Incident]) -> list[str]:
    """Write down the cause of each incident that opens, and of open ones that turn out to have it too; return these."""
    if not opened:
        return []
    fresh = {incident.id or 0: _breakage(incident) for incident in opened}
    words = sorted({(each.fingerprint,) for each in fresh.values()})
    ranges = sorted({each.host_range for each in fresh.values()})
    numbers = {number for (number,) in bulk.run(session, _KNOWN, words, ranges=ranges)}
    others = session.exec(
        select(Incident).where(col(Incident.id).in_(numbers - fresh.keys()))
    ).all()
    known = [_breakage(incident) for incident in others]
    named = causes(list(fresh.values()), known)
    _lead(opened, others)
    for incident in (*opened, *others):
        if incident.cause != named[incident.id or 0]:
            incident.cause = named[incident.id or 0]
    return sorted({incident.cause for incident in opened if incident.cause})


def _lead(opened: Sequence[Incident], others: Sequence[Incident]) -> None:
    """Let what fails in the same way on several host branches be told by the card of the first of them."""
    leads: dict[tuple[object, ...], Incident] = {}
    for incident in (*sorted(others, key=_number), *sorted(opened, key=_number)):
        key = (incident.plugin_id, incident.plugin_branch, incident.fingerprint)
        first = leads.setdefault(key, incident)
        if first is not incident and incident in opened:
            incident.lead_id = first.lead_id or first.id


def _number(incident: Incident) -> int:
    return incident.id or 0


def _breakage(row: Incident) -> Breakage:
    return Breakage(
        number=row.id or 0,
        plugin_id=row.plugin_id,
        host_branch=row.host_branch,
        bad_host_sha=row.bad_host_sha,
        fingerprint=row.fingerprint,
        suspect=Suspect(row.suspect),
        opened_at=row.opened_at,
        founds=is_telling(row.message, row.backtrace, in_repository=row.origin in IN_REPOSITORY),
        cause=row.cause,
    )


# What is open, and fails in the words or broke by the host commits of what opens.
_KNOWN = """
SELECT i.id FROM incident i JOIN {rows(fingerprint text)} r ON r.fingerprint = i.fingerprint
WHERE i.resolved_at IS NULL AND i.confirmed
UNION
SELECT i.id FROM incident i JOIN {ranges(host_branch text, bad_host_sha text)} r
  ON r.host_branch = i.host_branch AND r.bad_host_sha = i.bad_host_sha
WHERE i.resolved_at IS NULL AND i.confirmed
"""
