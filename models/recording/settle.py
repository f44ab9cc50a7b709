"""From changed verdicts to statuses and incidents: the seldom-walked half of recording."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, select

from models import bulk
from models.recording.changes import Change, FieldChange, Key
from models.recording.commits import CommitOrder
from models.recording.field import settle_field
from models.recording.incidents import Told, describe, newest_incident, open_incident, resolve, tell
from models.rules.blame import Pair
from models.rules.incidents import Origin, Step, StoryKind, step
from models.rules.status import Source, Verdict, combine, effective
from models.tables import Incident, SourceVerdict


def settle(session: Session, changes: Sequence[Change | FieldChange], now: datetime) -> list[Told]:
    """Bring statuses and incidents in line with the changes; return what is to be told, in order."""
    # The verdicts are stored already, so of several changes to a key in one batch only the last one still holds.
    verdicts = {change.key: change for change in changes if isinstance(change, Change)}
    told = [step for change in verdicts.values() if (step := _settle(session, change, now))]
    fields = [change for change in changes if isinstance(change, FieldChange)]
    return told + [step for change in fields for step in settle_field(session, change, now)]


def set_status(session: Session, key: Key, now: datetime) -> Verdict:
    """Combine what the sources say at `now` into the key's status."""
    rows = session.exec(
        select(SourceVerdict.verdict, SourceVerdict.seen_at, SourceVerdict.source).where(
            SourceVerdict.plugin_id == key.plugin_id,
            SourceVerdict.plugin_branch == key.plugin_branch,
            SourceVerdict.host_branch == key.host_branch,
        )
    )
    verdict = combine(effective(Verdict(said), seen_at, Source(source), now) for said, seen_at, source in rows)
    bulk.run(session, _SET_STATUS, [(*key, verdict)], now=now)
    return verdict


def _settle(session: Session, change: Change, now: datetime) -> Told | None:
    verdict = set_status(session, change.key, now)
    last = newest_incident(session, change.key)
    is_open = last is not None and last.resolved_at is None
    match step(verdict, is_open=is_open, last_resolved_at=last.resolved_at if last else None, now=now):
        case Step.OPEN if change.verdict.broken:
            return open_incident(session, None, change, verdict, Origin.GUARD, now)
        case Step.REOPEN if change.verdict.broken:
            return open_incident(session, last, change, verdict, Origin.GUARD, now)
        case Step.CHANGE if last and change.verdict.broken:
            return _update(session, last, change, verdict, now)
        case Step.RESOLVE if last and _heals(session, last, change):
            return resolve(session, last, change.pair, now)
    return None


def _update(session: Session, incident: Incident, change: Change, verdict: Verdict, now: datetime) -> Told | None:
    """Still broken: at newer commits, in another way, or both. The same failure on the same commits is no news."""
    differs = incident.fingerprint != change.fingerprint
    moved = Pair(incident.last_plugin_sha, incident.last_host_sha) != change.pair
    confirmed = incident.origin == Origin.FIELD
    if not (differs or moved or confirmed):
        return None
    incident.origin = Origin.GUARD
    describe(incident, change, verdict, now)
    return tell(session, incident, StoryKind.CHANGED, now, quiet=not (differs or confirmed))


def _heals(session: Session, incident: Incident, change: Change) -> bool:
    """Whether a good verdict is about newer commits than those that failed, as a source's own newer one always is."""
    if change.verdict is not Verdict.COMPATIBLE:
        return False
    if incident.origin != Origin.FIELD:
        return True
    failed = Pair(incident.last_plugin_sha, incident.last_host_sha)
    order = CommitOrder()
    order.load(session, [(change.key, failed), (change.key, change.pair)])
    return max(order.compare(change.key, failed, change.pair)) > 0


_SET_STATUS = """
INSERT INTO status (plugin_id, plugin_branch, host_branch, verdict, changed_at)
SELECT plugin_id, plugin_branch, host_branch, verdict, :now
FROM {rows(plugin_id int, plugin_branch text, host_branch text, verdict text)} r WHERE true
ON CONFLICT (plugin_id, plugin_branch, host_branch) DO UPDATE
SET verdict = excluded.verdict, changed_at = excluded.changed_at WHERE status.verdict <> excluded.verdict
"""
