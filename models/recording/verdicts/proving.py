"""Whom other reports prove guilty where both the plugin and the host had moved."""

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session, col, select

from models.database import bulk
from models.recording.verdicts.incidents import StoryStep
from models.rules.blame import Evidence, proven
from models.rules.causes import is_telling
from models.rules.incidents import RECURRENCE, StoryKind
from models.tables import Incident


def prove(session: Session, told: Collection[StoryStep], now: datetime) -> list[StoryStep]:
    """Accuse by what is known now; return the steps of incidents whose cards are not `told` of anyway."""
    rows = bulk.run(session, _EVIDENCE, since=now - RECURRENCE)
    evidence = {number: _evidence(*row) for number, *row in rows}
    found = {number: proof for number, each in evidence.items() if (proof := proven(each))}
    if not found:
        return []
    steps = []
    known = {id(step.incident) for step in told}
    for incident in session.exec(select(Incident).where(col(Incident.id).in_(found))):
        proof = found[incident.id or 0]
        incident.suspect, incident.proof = proof.suspect, proof.kind
        shown = evidence[incident.id or 0]
        incident.proof_where = shown.elsewhere or shown.before or ""
        incident.pin_version = None
        incident.updated_at = now
        if id(incident) not in known:
            steps.append(StoryStep(incident, StoryKind.ACCUSED, quiet=True))
    return steps


def _evidence(
    elsewhere: str | None,
    sites: int,
    alike: int,
    unlike: int,
    before: str | None,
    tested: int,
    message: str | None,
    backtrace: str | None,
) -> Evidence:
    telling = is_telling(message, backtrace, in_repository=False)
    return Evidence(elsewhere, bool(sites), alike, unlike, telling, before, bool(tested))


# Of each open incident that accuses both: on which host branch the plugin's same commit fails so, though the host had
# not moved there, or whether it does on client sites; how many plugins that had not moved fail so since the same host
# commit, and how many otherwise; on which host branch it fails so although the plugin had not moved; and whether CI,
# which sees what keeps a plugin from loading, passed on the plugin's very commit.
_EVIDENCE = """
SELECT i.id,
    (SELECT min(o.host_branch) FROM incident o
     WHERE o.plugin_id = i.plugin_id AND o.plugin_branch = i.plugin_branch AND o.bad_plugin_sha = i.bad_plugin_sha
     AND o.fingerprint = i.fingerprint AND o.id <> i.id AND o.bad_host_sha <> ''
     AND o.good_host_sha = o.bad_host_sha AND o.good_plugin_sha <> o.bad_plugin_sha),
    EXISTS (SELECT 1 FROM installation n WHERE n.plugin_id = i.plugin_id AND n.plugin_branch = i.plugin_branch
     AND n.plugin_sha = i.bad_plugin_sha AND n.fingerprint = i.fingerprint AND n.suspect = 'plugin'),
    (SELECT count(DISTINCT o.plugin_id) FROM incident o
     WHERE o.bad_host_sha = i.bad_host_sha AND o.host_branch = i.host_branch AND o.fingerprint = i.fingerprint
     AND o.plugin_id <> i.plugin_id AND o.good_plugin_sha = o.bad_plugin_sha AND o.good_host_sha <> o.bad_host_sha),
    (SELECT count(DISTINCT o.plugin_id) FROM incident o
     WHERE o.bad_host_sha = i.bad_host_sha AND o.host_branch = i.host_branch AND o.fingerprint <> i.fingerprint
     AND o.plugin_id <> i.plugin_id AND o.good_plugin_sha = o.bad_plugin_sha AND o.good_host_sha <> o.bad_host_sha),
    (SELECT min(o.host_branch) FROM incident o
     WHERE o.plugin_id = i.plugin_id AND o.plugin_branch = i.plugin_branch AND o.fingerprint = i.fingerprint
     AND o.id <> i.id AND o.bad_host_sha <> '' AND o.good_plugin_sha = o.bad_plugin_sha
     AND o.good_host_sha <> o.bad_host_sha AND (o.resolved_at IS NULL OR o.resolved_at > :since)),
    EXISTS (SELECT 1 FROM source_verdict v WHERE v.plugin_id = i.plugin_id AND v.plugin_branch = i.plugin_branch
     AND v.host_branch = i.host_branch AND v.source = 'tests' AND v.good_plugin_sha = i.bad_plugin_sha
     AND i.origin = 'guard'),
    i.message, i.backtrace
FROM incident i WHERE i.resolved_at IS NULL AND i.suspect = 'both' AND i.bad_host_sha <> ''
"""
