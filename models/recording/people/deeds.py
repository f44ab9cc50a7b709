"""What people do about single incidents, carried out on each of them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from models.events import Act
from models.messages.deeds import Done
from models.messages.incident_care import deed_words
from models.people.persons import Who
from models.queries.incidents import care_of, shown_to
from models.queries.plugins import plugin_of
from models.recording.telling.filing import file_incident
from models.recording.verdicts.incidents import Told, tell
from models.recording.verdicts.muting import end_mute
from models.rules.authority import Role
from models.rules.care import Deed, Effect, WantedDeed, effect
from models.rules.incidents import StoryKind
from models.tables import Incident, Plugin
from models.views import IncidentView

_KINDS = {
    Deed.ACKNOWLEDGE: StoryKind.ACKNOWLEDGED,
    Deed.CLAIM: StoryKind.CLAIMED,
    Deed.RELEASE: StoryKind.RELEASED,
    Deed.MUTE: StoryKind.MUTED,
    Deed.FILE: StoryKind.FILED,
}


def carry_out(
    session: Session,
    act: Act,
    person: Who,
    incidents: Sequence[tuple[Incident, Plugin]],
    now: datetime,
) -> tuple[list[Done], list[Told]]:
    """Do it on each incident where it can still be done; what became of it, and the steps that are to be told."""
    done: list[Done] = []
    told: list[Told] = []
    for incident, plugin in incidents:
        by_self = incident.acknowledger_id == person.person_id
        became = effect(
            _attempt(act, person, now), care_of(incident), is_open=incident.resolved_at is None
        )
        if became is Effect.DONE:
            told.append(_do(session, act, person, incident, now))
        done.append(Done(_seen(session, incident, plugin, act), became, by_self))
    return done, told


def _do(session: Session, act: Act, person: Who, incident: Incident, now: datetime) -> Told:
    if act.deed is Deed.UNMUTE:
        return end_mute(session, incident, f"{person.name} ended it", now)
    match act.deed:
        case Deed.ACKNOWLEDGE:
            incident.acknowledged_at = now
            incident.acknowledger_id, incident.acknowledged_by = person.person_id, person.name
        case Deed.CLAIM:
            incident.owner_id, incident.owner = person.person_id, person.name
        case Deed.RELEASE:
            incident.owner_id = incident.owner = None
        case Deed.MUTE:
            incident.muted_at = incident.muted_at or now
            incident.muted_until = _end(act, now)
            incident.muted_by, incident.mute_reason = (
                person.name,
                act.reason or incident.mute_reason,
            )
        case Deed.FILE:
            file_incident(session, incident, plugin_of(session, incident.plugin_id), now)
    incident.updated_at = now
    words = deed_words(act.deed, person.name, care_of(incident))
    return tell(session, incident, _KINDS[act.deed], now, words)


def _attempt(act: Act, person: Who, now: datetime) -> WantedDeed:
    is_admin = any(held.role is Role.ADMIN for held in person.roles)
    return WantedDeed(act.deed, person.person_id, is_admin, _end(act, now), act.reason)


def _end(act: Act, now: datetime) -> datetime | None:
    """When the mute ends; None for one that lasts until the incident is fixed."""
    return now + act.length if isinstance(act.length, timedelta) else None


def _seen(session: Session, incident: Incident, plugin: Plugin, act: Act) -> IncidentView:
    """The incident as whoever acts may see it; what they may not see is not acted on."""
    view = shown_to(session, incident, plugin, act.allowed)
    assert view is not None, "an incident that may not be known is never meant"  # noqa: S101 - a mistake of ours
    return view
