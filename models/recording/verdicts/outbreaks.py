"""Incidents of one cause, gathered."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Session, col, select

from models.database import bulk
from models.queries.plugins import plugins_of
from models.recording.verdicts.causes import name_causes
from models.recording.verdicts.incidents import Told
from models.recording.verdicts.muting import join_mute
from models.recording.verdicts.parting import part
from models.recording.verdicts.straying import join_in_other_words, stray
from models.rules.blame import Suspect
from models.rules.incidents import QUIET_TIME, StoryKind
from models.rules.routing import OUTBREAK_SIZE
from models.tables import Incident, Outbreak

# The steps with which it may turn out to be the host's fault.
_ACCUSES = {StoryKind.CHANGED, StoryKind.FIELD, StoryKind.ACCUSED}
_HOST_MOVED = {Suspect.HOST, Suspect.BOTH}


# Whether an outbreak has an open incident.
_IS_OPEN = (
    select(Incident.id)
    .where(Incident.outbreak_id == Outbreak.id, col(Incident.resolved_at).is_(None))
    .exists()
)


class OutbreakTransition(StrEnum):
    """What became of an outbreak as a whole."""

    OPENED = "opened"
    REOPENED = "reopened"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class MovedOutbreak:
    """An outbreak of which a member's story moved, and its own transition, if it made one."""

    row: Outbreak
    transition: OutbreakTransition | None


@dataclass(frozen=True, slots=True)
class _Joined:
    """The incidents that joined an outbreak, and its number if they founded it."""

    incidents: Sequence[Incident] = ()
    founded: int | None = None


def gather(session: Session, told: list[Told], now: datetime) -> list[MovedOutbreak]:
    """Join what has just opened to outbreaks, found new ones; return those whose story moved, oldest first.

    An incident that was open before and joins now is added to `told` as a quiet step, for its card to say so; one that
    leaves and is still broken, as a step that says why.
    """
    opened = [step.incident for step in told if _opened(step)]
    handles = {step.incident.plugin_id: step.plugin.handle for step in told}
    touched = {step.incident.outbreak_id for step in told if step.incident.outbreak_id}
    parted = part(session, told, now)
    strayed = stray(session, told, now)
    accused = [step.incident for step in told if _is_accused(step)]
    founded: set[int | None] = set()
    named = name_causes(session, handles, opened, accused, dict.fromkeys(strayed, now))
    rejoined = join_in_other_words(session, told, now)
    for cause in _shared(session, dict.fromkeys([*named, *sorted(parted), *rejoined]), now):
        known = {step.incident.id: step.incident for step in told}
        joined = _gather_cause(session, cause, known, now)
        founded.add(joined.founded)
        others = [incident for incident in joined.incidents if incident.id not in known]
        plugins = plugins_of(session, {incident.plugin_id for incident in others})
        told += [Told(it, plugins[it.plugin_id], StoryKind.CHANGED, quiet=True) for it in others]
    numbers = touched | {step.incident.outbreak_id for step in told if step.incident.outbreak_id}
    if not numbers:
        return []
    outbreaks = select(Outbreak, _IS_OPEN).where(col(Outbreak.id).in_(numbers))
    moved: list[MovedOutbreak] = []
    for outbreak, is_open in session.exec(outbreaks.order_by(col(Outbreak.id))):
        transition = _update(outbreak, now, is_open=bool(is_open))
        if outbreak.id in founded:
            transition = OutbreakTransition.OPENED
        moved.append(MovedOutbreak(outbreak, transition))
    return moved


def _opened(step: Told) -> bool:
    begins = step.kind in {StoryKind.OPENED, StoryKind.REOPENED, StoryKind.CONFIRMED}
    return begins and step.incident.confirmed


def _is_accused(step: Told) -> bool:
    """Whether it may be the host's fault now: a canary server has told of commits what only client sites or CI had
    seen, other reports have cleared the plugin, which had moved too, or it fails in other words.
    """
    incident = step.incident
    causeless = not incident.cause and incident.suspect in _HOST_MOVED and incident.confirmed
    return step.kind in _ACCUSES and causeless and bool(incident.bad_host_sha)


def _shared(session: Session, causes: Iterable[str], now: datetime) -> list[str]:
    """Those of the causes that have an outbreak which goes on or ended a short time ago, or break enough plugins."""
    rows = [(place, cause) for place, cause in enumerate(causes)]
    if not rows:
        return []
    found = bulk.run(session, _SHARED, rows, quiet_since=now - QUIET_TIME, size=OUTBREAK_SIZE)
    return [cause for (cause,) in found]


def _gather_cause(
    session: Session, cause: str, known: Mapping[int | None, Incident], now: datetime
) -> _Joined:
    """Join the cause's open incidents, of which some are `known`, to its outbreak, or found it with them."""
    outbreak = session.exec(select(Outbreak).where(Outbreak.cause == cause)).first()
    alike = (
        select(Incident.id)
        .where(
            Incident.cause == cause,
            col(Incident.resolved_at).is_(None),
            col(Incident.confirmed).is_(True),
        )
        .order_by(col(Incident.id))
    )
    if outbreak is not None:
        # An outbreak may have hundreds of members, of which one more changes nothing.
        alike = alike.where(col(Incident.outbreak_id).is_distinct_from(outbreak.id))
    joining = _incidents(session, session.exec(alike).all(), known)
    is_new = outbreak is None
    if outbreak is None:
        outbreak = _found(joining, cause, now)
        session.add(outbreak)
        session.flush()
    elif joining:
        join_mute(session, outbreak.id or 0, joining)
    if joining:
        rows = [(incident.id,) for incident in joining]
        with bulk.pipelined(session, into_next=True):
            bulk.run(session, _JOIN, rows, outbreak=outbreak.id)
    for incident in joining:
        set_committed_value(incident, "outbreak_id", outbreak.id)
    return _Joined(joining, outbreak.id if is_new else None)


def _incidents(
    session: Session, numbers: Sequence[int | None], known: Mapping[int | None, Incident]
) -> list[Incident]:
    """Those of these numbers, in their order; what is known is not read again."""
    others = [number for number in numbers if number not in known]
    read = session.exec(select(Incident).where(col(Incident.id).in_(others))) if others else ()
    found = {**known, **{incident.id: incident for incident in read}}
    return [found[number] for number in numbers]


def _found(alike: Sequence[Incident], cause: str, now: datetime) -> Outbreak:
    first = alike[0]
    return Outbreak(
        cause=cause,
        host_branch=first.host_branch,
        good_host_sha=first.good_host_sha,
        bad_host_sha=first.bad_host_sha,
        opened_at=min(incident.opened_at for incident in alike),
        updated_at=now,
    )


def _update(outbreak: Outbreak, now: datetime, *, is_open: bool) -> OutbreakTransition | None:
    was_over = outbreak.resolved_at is not None
    outbreak.updated_at = now
    outbreak.resolved_at = None if is_open else outbreak.resolved_at or now
    if is_open == (not was_over):
        return None
    return OutbreakTransition.REOPENED if is_open else OutbreakTransition.ENDED


# By SQLAlchemy it would take as long as all else of it.
_JOIN = """
UPDATE incident SET outbreak_id = :outbreak FROM {rows(id int)} r WHERE incident.id = r.id
"""
# Asked in one statement, for a bad commit of the host breaks hundreds of plugins within a batch.
_SHARED = """
SELECT r.cause FROM {rows(place int, cause text)} r
WHERE EXISTS (SELECT 1 FROM outbreak o
              WHERE o.cause = r.cause AND (o.resolved_at IS NULL OR o.resolved_at > :quiet_since))
   OR :size <= (SELECT count(DISTINCT i.plugin_id) FROM incident i
                WHERE i.cause = r.cause AND i.resolved_at IS NULL AND i.confirmed)
ORDER BY r.place
"""
