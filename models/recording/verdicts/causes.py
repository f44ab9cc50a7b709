"""The causes of incidents that open, by all that is broken."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from sqlmodel import Session, col, select

from models.recording.verdicts.describing import write_causes
from models.recording.verdicts.failing_alike import (
    OpenIncident,
    breakages_of,
    failing_alike,
    known,
)
from models.rules.blame import Suspect
from models.rules.causes import Breakage, causes
from models.tables import Incident


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
        number: known(incident, handles[incident.plugin_id])
        for incident in asked
        if (number := incident.id)
    }
    stood_still = [each for each in fresh.values() if each.suspect == Suspect.HOST]
    ranges = {(each.host_branch, each.bad_host_sha) for each in stood_still}
    ranges |= {(each.host_branch, each.last_host_sha) for each in asked if each.id in said_since}
    times = [said_since.get(each.id, each.opened_at) for each in asked]
    find = partial(failing_alike, session, asked, ranges, times)
    found = find()
    begun = {incident.id for incident in opened}
    _lead(opened, [each for each in found if each.number not in begun])
    others, named = _named(fresh, found, said_since)
    if any(each.cause != named[each.number] for each in others):
        # Those for which others stand have this cause, too.
        others, named = _named(fresh, find(each_of_them=True), said_since)
    write_causes(session, [*asked, *_renamed(session, others, named)], named)
    return sorted({incident.cause for incident in asked if incident.cause})


def _named(
    fresh: Mapping[int, OpenIncident],
    found: Sequence[OpenIncident],
    said_since: Mapping[int | None, datetime],
) -> tuple[Sequence[OpenIncident], Mapping[int, str]]:
    """The others among those that were found, and the causes of all by their numbers."""
    others = [each for each in found if each.number not in fresh and each.shows_its_cause]
    read = breakages_of([*fresh.values(), *others])
    breakages = [
        each._replace(opened_at=said_since.get(each.number, each.opened_at))
        for each in read[: len(fresh)]
    ]
    return others, causes(breakages, read[len(fresh) :])


def _renamed(
    session: Session, others: Sequence[OpenIncident], named: Mapping[int, str]
) -> Sequence[Incident]:
    """Those that have another cause than was thought."""
    numbers = [each.number for each in others if each.cause != named[each.number]]
    if not numbers:
        return ()
    return session.exec(select(Incident).where(col(Incident.id).in_(numbers))).all()


def _lead(opened: Sequence[Incident], open_before: Sequence[OpenIncident]) -> None:
    """Let what fails in the same way on several host branches be told by the card of the first of them."""
    leads: dict[tuple[object, ...], int | None] = {}
    told = {_told_as(incident) for incident in opened}
    for before in open_before:
        if _told_as(before) in told:
            leads.setdefault(_told_as(before), before.lead_id or before.number)
    for incident in sorted(opened, key=lambda each: each.id or 0):
        key = _told_as(incident)
        lead = leads.setdefault(key, incident.lead_id or incident.id)
        if lead != (incident.lead_id or incident.id):
            incident.lead_id = lead


def _told_as(incident: Incident | OpenIncident) -> tuple[object, ...]:
    """Incidents that are alike in this are one card."""
    return incident.plugin_id, incident.plugin_branch, incident.fingerprint


def shown_by_others(
    session: Session, incidents: Sequence[Incident], now: datetime
) -> list[Breakage]:
    """What is open, fails in the words of one of these or since its last host commit, and shows its cause.

    A few stand for all that `cause_in_other_words` cannot tell from them at this time.
    """
    ranges = {(each.host_branch, each.last_host_sha) for each in incidents}
    found = failing_alike(session, incidents, ranges, [now])
    return breakages_of([each for each in found if each.cause and each.shows_its_cause])
