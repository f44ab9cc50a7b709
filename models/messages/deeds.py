"""What became of a deed on one incident, in one line of the answer to whoever acted."""

from dataclasses import dataclass
from datetime import datetime

from models.messages.incident_care import PAST, issue_line, until
from models.messages.times import ago, clock
from models.messages.words import clip
from models.rules.care import Deed, Effect
from models.rules.speaking import say
from models.views import IncidentView


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a deed on one incident. `incident` is as it stands now.

    `by_self` is true when it was done before, by the same person who asks now.
    """

    incident: IncidentView
    effect: Effect
    by_self: bool = False


def deed_line(deed: Deed, done: Done, now: datetime) -> str:
    """The incident, where it is, and what became of it."""
    incident = done.incident
    return say(
        "Incident {number}, {plugin} on {host}: {what}",
        number=incident.number,
        plugin=clip(incident.plugin.handle),
        host=clip(incident.host_branch),
        what=_what(deed, done, now),
    )


def _what(deed: Deed, done: Done, now: datetime) -> str:
    match done.effect:
        case Effect.DONE:
            return _done(deed, done)
        case Effect.ALREADY:
            return _already(deed, done)
        case Effect.STALE:
            end = done.incident.resolved_at or now
            return say(
                "it was {ended} at {end} ({age}), so that it cannot be {past} any more",
                ended=ended_how(done.incident),
                end=clock(end),
                age=ago(end, now),
                past=say(PAST[deed]),
            )
        case Effect.TAKEN:
            return say(
                "{owner} owns it. Only the owner, or an admin, can release it: /plugin release {number}",
                owner=clip(done.incident.care.owner or ""),
                number=done.incident.number,
            )


def _done(deed: Deed, done: Done) -> str:
    care = done.incident.care
    match deed:
        case Deed.CLAIM:
            return say("claimed, it is yours now")
        case Deed.MUTE:
            return say("muted {until}", until=until(care))
        case Deed.FILE:
            return say("filed. {issue}", issue=issue_line(care))
        case _:
            return say(PAST[deed])


def _already(deed: Deed, done: Done) -> str:
    care = done.incident.care
    match deed:
        case Deed.ACKNOWLEDGE:
            return _acknowledged(done)
        case Deed.CLAIM:
            return say("it is yours already")
        case Deed.RELEASE:
            return say("nobody owns it")
        case Deed.MUTE:
            return say("it is muted already, {until}", until=until(care))
        case Deed.UNMUTE:
            return say("it is not muted")
        case Deed.FILE:
            return say("filed already. {issue}", issue=issue_line(care))


def _acknowledged(done: Done) -> str:
    care = done.incident.care
    when = clock(care.acknowledged_at) if care.acknowledged_at else ""
    if done.by_self:
        return say("you have acknowledged it already, at {when}", when=when)
    who = clip(care.acknowledged_by or "")
    return say("{who} has acknowledged it already, at {when}", who=who, when=when)


def ended_how(incident: IncidentView) -> str:
    """How it ended, in one word."""
    return say("closed") if incident.closed else say("fixed")
