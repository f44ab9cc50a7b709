"""An incident's life: how it ends, and the steps that people are told of."""

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
from models.recording.verdicts.counting import Extent, Symptom
from models.recording.verdicts.describing import UNACKNOWLEDGED, set_columns
from models.rules.blame import Pair
from models.rules.incidents import COUNTED, StoryKind
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


def resolve(incident: Incident, fixed_by: Pair, now: datetime) -> StoryStep:
    """End the incident; its last commits are then the ones that work."""
    incident.resolved_at = incident.updated_at = now
    set_columns(incident, UNACKNOWLEDGED)
    incident.last_plugin_sha, incident.last_host_sha = fixed_by.plugin_sha, fixed_by.host_sha
    return StoryStep(incident, StoryKind.RESOLVED, quiet=not incident.confirmed)


def close(incident: Incident, why: str, now: datetime) -> StoryStep:
    """End the incident although nobody saw it work; `why` is a part of a sentence."""
    incident.resolved_at = incident.updated_at = now
    incident.closed = why
    set_columns(incident, UNACKNOWLEDGED)
    words = closed_words(why)
    return StoryStep(incident, StoryKind.RESOLVED, quiet=not incident.confirmed, words=words)


def tell_all(session: Session, steps: Sequence[StoryStep], now: datetime) -> list[Told]:
    """Add each step to its incident's story, all at once."""
    if not steps:
        return []
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
            _sayer(step),
        )
        for place, step in enumerate(told)
    ]
    with bulk.pipelined(session, into_next=True):
        bulk.run(session, _WRITE, rows, now=now)
    return told


def _sayer(step: Told) -> str | None:
    """By whom it is that it is broken: `allowance` counts these steps."""
    incident = step.incident
    if incident.said_by is None or step.kind not in COUNTED:
        return None
    return f"{incident.origin} {incident.said_by}"


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
        failing = found[symptom_of(incident)].failing
        if incident.failing_sites != failing:  # to write it has SQLAlchemy look for what changed
            incident.failing_sites = failing


# With every step of every incident of a batch; in SQLModel it took half of the time of all statements.
_WRITE = """
INSERT INTO story_entry (incident_id, at, kind, plugin_sha, host_sha, fingerprint, words, quiet, sayer)
SELECT incident_id, :now, kind, plugin_sha, host_sha, fingerprint, words, quiet, sayer
FROM {rows(place int, incident_id int, kind text, plugin_sha text, host_sha text, fingerprint text, words text,
           quiet boolean, sayer text)} r
ORDER BY place
"""
