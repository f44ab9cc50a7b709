"""From changed verdicts to statuses and incidents: the seldom-walked half of recording."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session, select

from models.database import bulk
from models.recording.verdicts.allowance import Allowance
from models.recording.verdicts.changes import Change, Failure, FieldChange, Key
from models.recording.verdicts.commits import CommitOrder
from models.recording.verdicts.field import settle_field
from models.recording.verdicts.incidents import (
    Told,
    describe,
    newest_incident,
    open_incident,
    resolve,
    reword,
    tell,
)
from models.rules.blame import Pair, known_pair
from models.rules.incidents import FIELD_EVIDENCE, StoryKind, Transition, transition
from models.rules.sources import JudgingSource, effective
from models.rules.status import Verdict, combine
from models.tables import Incident, SourceVerdict


def settle(
    session: Session, changes: Sequence[Change | FieldChange], allowance: Allowance, now: datetime
) -> list[Told]:
    """Bring statuses and incidents in line with the changes, as far as the allowance goes.

    Returns what is to be told, in order.
    """
    # The verdicts are stored already, so of several changes to a key in one batch only the last one still holds.
    verdicts = {
        (change.key, change.source): change for change in changes if isinstance(change, Change)
    }
    told = [
        step for change in verdicts.values() if (step := _settle(session, change, allowance, now))
    ]
    for change in changes:
        if isinstance(change, FieldChange):
            told += settle_field(session, change, now)
    return told


def set_status(session: Session, key: Key, now: datetime) -> Verdict:
    """Combine what the sources say at `now` into the key's status."""
    return _set_status(session, key, _said(session, key, now), now)


def _settle(session: Session, change: Change, allowance: Allowance, now: datetime) -> Told | None:
    said = _said(session, change.key, now)
    verdict = _set_status(session, change.key, said, now)
    last = newest_incident(session, change.key)
    is_open = last is not None and last.resolved_at is None
    match transition(
        verdict, is_open=is_open, last_resolved_at=last.resolved_at if last else None, now=now
    ):
        case Transition.OPEN if change.verdict.broken and allowance.take(change):
            return open_incident(session, None, change, change.source, now)
        case Transition.REOPEN if change.verdict.broken and allowance.take(change):
            return open_incident(session, last, change, change.source, now)
        case Transition.CHANGE if last:
            return _update(session, last, _worst(session, change, said, verdict), allowance, now)
        case Transition.RESOLVE if last and _heals(session, last, change, said):
            return resolve(session, last, change.pair, now)
    return None


class _Opinion(NamedTuple):
    """What a source says of a key, and what of that still counts."""

    source: JudgingSource
    verdict: Verdict
    effective: Verdict


def _said(session: Session, key: Key, now: datetime) -> list[_Opinion]:
    rows = session.exec(
        select(
            SourceVerdict.source,
            SourceVerdict.verdict,
            SourceVerdict.seen_at,
            SourceVerdict.expired,
        ).where(
            SourceVerdict.plugin_id == key.plugin_id,
            SourceVerdict.plugin_branch == key.plugin_branch,
            SourceVerdict.host_branch == key.host_branch,
        )
    )
    return [
        _Opinion(
            JudgingSource(source),
            Verdict(says),
            effective(Verdict(says), seen_at, JudgingSource(source), now, expired=expired),
        )
        for source, says, seen_at, expired in rows
    ]


def _set_status(session: Session, key: Key, said: Sequence[_Opinion], now: datetime) -> Verdict:
    verdict = combine(each.effective for each in said)
    bulk.run(session, _SET_STATUS, [(*key, verdict)], now=now)
    return verdict


def _worst(session: Session, change: Change, said: Sequence[_Opinion], verdict: Verdict) -> Change:
    """What the combined verdict rests on: the change itself, or what another source still says."""
    if change.verdict is verdict:
        return change
    source = next(each.source for each in said if each.effective is verdict)
    # The hot path writes past the session, so what the session remembers may be old.
    row = session.get_one(SourceVerdict, (*change.key, source), populate_existing=True)
    good = known_pair(row.good_plugin_sha, row.good_host_sha)
    failure = Failure(row.fingerprint or "", row.message, row.backtrace, row.said_by, row.reference)
    return Change(change.key, source, verdict, Pair(row.plugin_sha, row.host_sha), good, failure)


def _update(
    session: Session, incident: Incident, worst: Change, allowance: Allowance, now: datetime
) -> Told | None:
    """Still broken: at newer commits, in another way, or both. The same failure on the same commits is no news."""
    differs = incident.fingerprint != (worst.failure.fingerprint if worst.failure else "")
    turned = (incident.verdict, incident.origin) != (worst.verdict, worst.source)
    moved = Pair(incident.last_plugin_sha, incident.last_host_sha) != worst.pair
    if not (differs or turned or moved):
        # In more words perhaps, as when a console log comes later, or by a later run.
        if worst.failure:
            reword(incident, worst.failure)
        return None
    # The same run may be told of in more words later on: of a CI run GitHub delivers less than it answers.
    says_more = (
        not moved
        and worst.failure is not None
        and worst.failure.reference == incident.reference is not None
    )
    incident.origin = worst.source
    describe(incident, worst, now)
    if not allowance.take(worst):
        return None
    return tell(
        session, incident, StoryKind.CHANGED, now, quiet=not (turned or (differs and not says_more))
    )


def _heals(session: Session, incident: Incident, change: Change, said: Sequence[_Opinion]) -> bool:
    """Whether a good verdict ends the incident: it is about newer commits than those that failed, as a source's own
    newer one always is, and no source that called the plugin broken has merely fallen silent.
    """
    if change.verdict is not Verdict.COMPATIBLE or any(each.verdict.broken for each in said):
        return False
    if incident.origin != FIELD_EVIDENCE:
        return True
    failed = Pair(incident.last_plugin_sha, incident.last_host_sha)
    order = CommitOrder()
    order.load(session, [(change.key, failed), (change.key, change.pair)])
    return max(order.compare(change.key, failed, change.pair)) > 0


# A status that stays what it was keeps the time since when it is so.
_SET_STATUS = """
INSERT INTO status (plugin_id, plugin_branch, host_branch, verdict, changed_at)
SELECT plugin_id, plugin_branch, host_branch, verdict, :now
FROM {rows(plugin_id int, plugin_branch text, host_branch text, verdict text)} r WHERE true
ON CONFLICT (plugin_id, plugin_branch, host_branch) DO UPDATE
SET verdict = excluded.verdict, changed_at = excluded.changed_at WHERE status.verdict <> excluded.verdict
"""
