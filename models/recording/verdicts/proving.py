"""Whom other reports prove guilty where both the plugin and the host had moved."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlmodel import Session, col, select

from models.database import bulk
from models.recording.verdicts.incidents import StoryStep
from models.rules.blame import Evidence, proven
from models.rules.causes import is_telling
from models.rules.incidents import RECURRENCE, StoryKind
from models.tables import Incident


def prove(session: Session, told: Collection[StoryStep], now: datetime) -> list[StoryStep]:
    """Accuse by what is known now; return the steps of incidents whose cards are not `told` of anyway."""
    return prove_among(session, bulk.fetch(session, EVIDENCE, **since(now)), told, now)


def since(now: datetime) -> dict[str, Any]:
    """The time with which `EVIDENCE` compares."""
    return {"recurs_since": now - RECURRENCE}


def prove_among(
    session: Session,
    answers: Mapping[str, Sequence[Any]],
    told: Collection[StoryStep],
    now: datetime,
) -> list[StoryStep]:
    """The same, of what answers `EVIDENCE`."""
    rows = map(_EvidenceRow._make, answers["evidence"])
    evidence = {row.number: _evidence(row) for row in rows}
    found = {number: proof for number, each in evidence.items() if (proof := proven(each))}
    if not found:
        return []
    steps = []
    known = {id(step.incident) for step in told}
    for incident in session.exec(select(Incident).where(col(Incident.id).in_(found))):
        proof = found[incident.id or 0]
        incident.suspect, incident.proof = proof.suspect, proof.kind
        shown = evidence[incident.id or 0]
        incident.proof_where = shown.elsewhere or shown.before or shown.works or ""
        incident.pin_version = None
        incident.updated_at = now
        if id(incident) not in known:
            steps.append(StoryStep(incident, StoryKind.ACCUSED, quiet=True))
    return steps


class _EvidenceRow(NamedTuple):
    """What the statement answers of an incident."""

    number: int
    elsewhere: str | None
    sites: int
    alike: int
    saying: int
    broken: int
    before: str | None
    works: str | None
    tested: int
    message: str | None


def _evidence(row: _EvidenceRow) -> Evidence:
    telling = is_telling(row.message)
    return Evidence(
        elsewhere=row.elsewhere,
        sites=bool(row.sites),
        alike=row.alike,
        says_so=telling and max(row.alike, row.saying) > 0,
        broken=row.broken,
        before=row.before,
        works=row.works,
        tested=bool(row.tested),
    )


# Of each open incident that accuses both: on which host branch the plugin's same commit fails so, though the host had
# not moved there, or whether it does on client sites; how many plugins that had not moved fail so since the same host
# commit, in these words wherever in them, and at all; on which host branch it fails so although the plugin had not
# moved; on which one that changes reach later, so that its host is older, the plugin's very commit works, by the same
# source; and whether CI, which sees what keeps a plugin from loading, passed on it. Of several host branches it is the
# one that changes reach first. (A commit that fails on an older host and works on a newer one may need the newer one.)
EVIDENCE = {"evidence": (", ".join(_EvidenceRow._fields), """
WITH blamed AS (
    SELECT * FROM incident {by incident_without_proof}
    WHERE resolved_at IS NULL AND suspect = 'both' AND bad_host_sha <> ''
),
beside AS (
    SELECT b.id, count(DISTINCT CASE WHEN o.fingerprint = b.fingerprint THEN o.plugin_id END) AS alike,
        count(DISTINCT CASE WHEN o.message = b.message THEN o.plugin_id END) AS saying,
        count(DISTINCT o.plugin_id) AS broken
    FROM blamed b JOIN incident o ON o.bad_host_sha = b.bad_host_sha AND o.host_branch = b.host_branch
     AND o.plugin_id <> b.plugin_id AND o.good_plugin_sha = o.bad_plugin_sha AND o.good_host_sha <> o.bad_host_sha
    GROUP BY b.id)
SELECT i.id AS number,
    (SELECT o.host_branch FROM incident o LEFT JOIN host_branch h ON h.name = o.host_branch
     WHERE o.plugin_id = i.plugin_id AND o.plugin_branch = i.plugin_branch AND o.bad_plugin_sha = i.bad_plugin_sha
     AND o.fingerprint = i.fingerprint AND o.id <> i.id AND o.bad_host_sha <> ''
     AND o.good_host_sha = o.bad_host_sha AND o.good_plugin_sha <> o.bad_plugin_sha
     ORDER BY h.place IS NULL, h.place, o.host_branch LIMIT 1) AS elsewhere,
    EXISTS (SELECT 1 FROM installation n WHERE n.plugin_id = i.plugin_id AND n.plugin_branch = i.plugin_branch
     AND n.plugin_sha = i.bad_plugin_sha AND n.fingerprint = i.fingerprint AND n.suspect = 'plugin') AS sites,
    coalesce(c.alike, 0) AS alike, coalesce(c.saying, 0) AS saying, coalesce(c.broken, 0) AS broken,
    (SELECT o.host_branch FROM incident o LEFT JOIN host_branch h ON h.name = o.host_branch
     WHERE o.plugin_id = i.plugin_id AND o.plugin_branch = i.plugin_branch AND o.fingerprint = i.fingerprint
     AND o.id <> i.id AND o.bad_host_sha <> '' AND o.good_plugin_sha = o.bad_plugin_sha
     AND o.good_host_sha <> o.bad_host_sha AND (o.resolved_at IS NULL OR o.resolved_at > :recurs_since)
     ORDER BY h.place IS NULL, h.place, o.host_branch LIMIT 1) AS before,
    (SELECT v.host_branch FROM source_verdict v JOIN host_branch later ON later.name = v.host_branch
     JOIN host_branch here ON here.name = i.host_branch AND here.place < later.place AND here.line <> later.line
     WHERE v.plugin_id = i.plugin_id AND v.plugin_branch = i.plugin_branch AND v.source = i.origin
     AND v.good_plugin_sha = i.bad_plugin_sha
     ORDER BY later.place, v.host_branch LIMIT 1) AS works,
    EXISTS (SELECT 1 FROM source_verdict v WHERE v.plugin_id = i.plugin_id AND v.plugin_branch = i.plugin_branch
     AND v.host_branch = i.host_branch AND v.source = 'tests' AND v.good_plugin_sha = i.bad_plugin_sha
     AND i.origin = 'guard') AS tested,
    i.message
FROM blamed i LEFT JOIN beside c ON c.id = i.id
""")}  # fmt: skip
