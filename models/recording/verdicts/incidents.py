"""An incident's life: opened, described, resolved, and the steps that people are told of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session

from models.database import bulk
from models.messages.kept import closed_words
from models.messages.story import story_words
from models.queries.incidents import incident_view
from models.queries.plugins import plugin_of, plugins_of
from models.recording.verdicts.changes import Change, Failure, Key
from models.recording.verdicts.counting import Extent, Symptom
from models.rules.blame import Pair, Suspect, known_pair, suspect
from models.rules.doubt import Doubt
from models.rules.incidents import StoryKind
from models.tables import Incident, Plugin

_BEGINNINGS = {StoryKind.OPENED, StoryKind.REOPENED}


@dataclass(frozen=True, slots=True)
class Told:
    """A step of an incident's story that people are to hear of. `quiet` ones only edit the card; `lines` say more. An
    incident gets no card by one that is not `shown`.

    Without a `host_sha` only CI tells it.
    """

    incident: Incident
    plugin: Plugin
    kind: StoryKind
    words: str = ""
    quiet: bool = False
    lines: tuple[str, ...] = ()
    host_sha: str = ""
    shown: bool = True


class StoryStep(NamedTuple):
    """What an incident's story goes on with, in its usual words or its own.

    `quiet` ones only edit the card, and by one that is not `shown` it gets none.
    """

    incident: Incident
    kind: StoryKind
    quiet: bool = False
    shown: bool = True
    words: str = ""


def open_incident(
    session: Session,
    last: Incident | None,
    change: Change,
    origin: str,
    now: datetime,
    doubt: Doubt | None = None,
) -> StoryStep:
    """Open the change's incident: `last` once more when it flaps, a new one else.

    In `doubt` it is told quietly, or, where it may be the server's trouble, not before a second report says the same.
    """
    incident = last or _blank(change.key, now)
    describe(incident, change, now)
    accuse(incident, change)
    incident.cause_words = incident.fingerprint  # most share no cause, and are written once so
    incident.opened_at = now
    incident.origin = origin
    incident.resolved_at = incident.lead_id = incident.closed = None
    incident.times += 1
    incident.confirmed = doubt is None
    _forget_acknowledgement(incident)
    session.add(incident)
    kind = StoryKind.REOPENED if last else StoryKind.OPENED
    return StoryStep(incident, kind, quiet=doubt is not None, shown=doubt is not Doubt.SEVERAL)


def describe(incident: Incident, change: Change, now: datetime) -> None:
    """Write down how it fails now, who says so, and on which commits."""
    failure = change.failure or Failure("")
    if incident.last_host_sha != change.pair.host_sha and incident.suspect == Suspect.PLUGIN:
        incident.pin_version = None  # the pin is to hold for the host's newest version
    incident.last_plugin_sha, incident.last_host_sha = change.pair.plugin_sha, change.pair.host_sha
    incident.verdict = change.verdict
    incident.updated_at = now
    reword(incident, failure)


def reword(incident: Incident, failure: Failure) -> None:
    """Tell the same failure in these words, as who said them."""
    incident.fingerprint = failure.fingerprint
    incident.message = failure.message
    incident.backtrace = failure.backtrace
    incident.said_by = failure.said_by
    incident.reference = failure.reference


def resolve(incident: Incident, fixed_by: Pair, now: datetime) -> StoryStep:
    """End the incident; its last commits are then the ones that work."""
    incident.resolved_at = incident.updated_at = now
    _forget_acknowledgement(incident)
    incident.last_plugin_sha, incident.last_host_sha = fixed_by.plugin_sha, fixed_by.host_sha
    return StoryStep(incident, StoryKind.RESOLVED, quiet=not incident.confirmed)


def close(incident: Incident, why: str, now: datetime) -> StoryStep:
    """End the incident although nobody saw it work; `why` is a part of a sentence."""
    incident.resolved_at = incident.updated_at = now
    incident.closed = why
    _forget_acknowledgement(incident)
    words = closed_words(why)
    return StoryStep(incident, StoryKind.RESOLVED, quiet=not incident.confirmed, words=words)


def tell_all(session: Session, steps: Sequence[StoryStep], now: datetime) -> list[Told]:
    """Add each step to its incident's story, all at once."""
    if not steps:
        return []
    session.flush()  # which gives new incidents their numbers
    plugins = plugins_of(session, {step.incident.plugin_id for step in steps})
    told = [
        Told(incident, plugins[incident.plugin_id], kind, words, quiet=quiet, shown=shown)
        for incident, kind, quiet, shown, words in steps
    ]
    return _written(session, told, now)


def tell(
    session: Session,
    incident: Incident,
    kind: StoryKind,
    now: datetime,
    words: str = "",
    *,
    lines: tuple[str, ...] = (),
    quiet: bool = False,
) -> Told:
    """Add a step to the incident's story, in its usual words unless it brings its own."""
    session.flush()  # which gives a new incident its number
    told = Told(incident, plugin_of(session, incident.plugin_id), kind, words, quiet, lines)
    return _written(session, [told], now)[0]


def _written(session: Session, steps: Sequence[Told], now: datetime) -> list[Told]:
    """The steps with their words and their host commits; they then stand in the stories."""
    told = [_worded(step) for step in steps]
    rows = [
        (
            place,
            step.incident.id,
            step.kind,
            step.incident.last_plugin_sha,
            step.host_sha,
            step.incident.fingerprint,
            step.words,
            step.quiet,
        )
        for place, step in enumerate(told)
    ]
    with bulk.pipelined(session, into_next=True):
        bulk.run(session, _WRITE, rows, now=now)
    return told


def _worded(told: Told) -> Told:
    words = told.words or story_words(told.kind, incident_view(told.incident, told.plugin))
    return replace(told, words=words, host_sha=told.incident.last_host_sha)


def symptom_of(incident: Incident) -> Symptom:
    """What fails there, and how."""
    return Symptom(
        incident.plugin_id, incident.plugin_branch, incident.host_branch, incident.fingerprint
    )


def opened_by(steps: Sequence[StoryStep]) -> list[Incident]:
    """The incidents that open by these steps. It must be noted on how many sites each of them fails."""
    return [step.incident for step in steps if step.kind in _BEGINNINGS]


def note_failing_sites(opened: Sequence[Incident], found: Mapping[Symptom, Extent]) -> None:
    """Note on how many client sites it fails so."""
    for incident in opened:
        incident.failing_sites = found[symptom_of(incident)].failing


def _forget_acknowledgement(incident: Incident) -> None:
    incident.acknowledged_at = incident.acknowledger_id = incident.acknowledged_by = None


def _blank(key: Key, now: datetime) -> Incident:
    """An incident that has not opened yet; `open_incident` fills in the rest."""
    return Incident(
        plugin_id=key.plugin_id,
        plugin_branch=key.plugin_branch,
        host_branch=key.host_branch,
        origin="",
        verdict="",
        opened_at=now,
        updated_at=now,
        times=0,
        bad_plugin_sha="",
        bad_host_sha="",
        last_plugin_sha="",
        last_host_sha="",
        suspect="",
        fingerprint="",
        cause="",
        cause_words="",
    )


def accuse(incident: Incident, change: Change) -> None:
    """Write down since which commits it fails, and who is suspected."""
    good = change.last_good
    incident.bad_plugin_sha, incident.bad_host_sha = change.pair.plugin_sha, change.pair.host_sha
    incident.good_plugin_sha, incident.good_host_sha = (
        (good.plugin_sha, good.host_sha) if good else (None, None)
    )
    suspect_again(incident)
    incident.likely_sha = incident.likely_words = incident.likely_repository = None
    incident.fix_sha = incident.fix_words = incident.ranked_by = None
    incident.pinned_sha = None
    incident.cause = incident.cause_words = (
        ""  # `outbreaks` names it, once all that broke together is known
    )


def suspect_again(incident: Incident) -> None:
    """Suspect whose commits moved, whatever was proven: that was of other words, or of other commits."""
    good = known_pair(incident.good_plugin_sha, incident.good_host_sha)
    incident.suspect = suspect(good, Pair(incident.bad_plugin_sha, incident.bad_host_sha))
    incident.proof = incident.proof_where = incident.pin_version = None


# With every step of every incident of a batch; in SQLModel it took half of the time of all statements.
_WRITE = """
INSERT INTO story_entry (incident_id, at, kind, plugin_sha, host_sha, fingerprint, words, quiet)
SELECT incident_id, :now, kind, plugin_sha, host_sha, fingerprint, words, quiet
FROM {rows(place int, incident_id int, kind text, plugin_sha text, host_sha text, fingerprint text, words text,
           quiet boolean)} r
ORDER BY place
"""
