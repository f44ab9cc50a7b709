"""What people are told when they act: on the card, in the thread, and in the answer to whoever acted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from models.messages.message import Block, Buttons, Items, Message, Text, Tone
from models.messages.times import ago, clock
from models.messages.words import clip, count
from models.rules.authority import Power
from models.rules.care import Care, Deed, Effect
from models.views import IncidentView, PluginView

_REASON_LIMIT = 200
_LISTED = 20
_LENGTHS = (("30 min", "30m"), ("4 h", "4h"), ("1 day", "1d"), ("Until fixed", "until fixed"))

_PAST = {
    Deed.ACKNOWLEDGE: "acknowledged",
    Deed.CLAIM: "claimed",
    Deed.RELEASE: "released",
    Deed.MUTE: "muted",
    Deed.UNMUTE: "unmuted",
    Deed.FILE: "filed as an issue",
}
_WHO_MAY = {
    Power.ACT: "guardians, admins, and the maintainers of the plugin",
    Power.FOLLOW: "guardians and admins",
    Power.TEST: "guardians and admins",
    Power.ADMINISTER: "admins",
    Power.ASK: "everyone",
}


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a deed on one incident, as the incident stands now; `by_self` when who asks did it before."""

    incident: IncidentView
    effect: Effect
    by_self: bool = False


def too_often(most: int) -> Message:
    """The answer to somebody without a role who tries something all the time."""
    words = Text(
        f"You tried {most} things within an hour, so that nothing more is done or noted until that hour is over."
    )
    return Message("That is enough for now", Tone.WARNING, (words,))


def care_block(care: Care) -> tuple[Text, ...]:
    """What people have done about an incident, a line each; nothing where nobody has done anything."""
    lines = []
    if care.acknowledged_at:
        lines.append(f"Acknowledged by {clip(care.acknowledged_by or '')}, {clock(care.acknowledged_at)}.")
    if care.owner:
        lines.append(f"Owned by {clip(care.owner)}.")
    if care.is_muted:
        lines.append(f"Muted by {clip(care.muted_by or '')} {_until(care)}.{_because(care)}")
    if care.filed_at:
        lines.append(f"{_issue(care)}.")
    return (Text("\n".join(lines)),) if lines else ()


def care_line(care: Care) -> str:
    """The same in one short line for lists; empty where nobody has done anything."""
    parts = []
    if care.owner:
        parts.append(f"owned by {clip(care.owner)}")
    elif care.acknowledged_at:
        parts.append(f"acknowledged by {clip(care.acknowledged_by or '')}")
    if care.is_muted:
        parts.append(f"muted {_until(care)}")
    return ", ".join(parts)


def incident_buttons(incident: IncidentView, *, files: bool = False) -> Buttons:
    """What can be done about the incident now, without typing. `files` means that issues are filed from here."""
    number, care = incident.number, incident.care
    details = ("Details", f"log {clip(incident.plugin.handle)}")
    if incident.resolved_at is not None:
        return Buttons((details,))
    file = (("File issue", f"file {number}"),) if files and not care.filed_at else ()
    acknowledge = () if care.acknowledged_at else (("Acknowledge", f"ack {number}"),)
    own = ("Claim", f"claim {number}") if care.owner_id is None else ("Release", f"release {number}")
    mute = ("Unmute", f"unmute {number}") if care.is_muted else ("Mute 4 h", f"mute {number} 4h")
    return Buttons((*acknowledge, own, mute, *file, details))


def deed_words(deed: Deed, name: str, after: Care) -> str:
    """One line for the story: who did what."""
    how = f" {_until(after)}.{_because(after)}" if deed is Deed.MUTE else "."
    return f"{_PAST[deed].capitalize()} by {clip(name)}{how}"


def acted_message(deed: Deed, plugin: PluginView, done: Sequence[Done], now: datetime) -> Message:
    """The answer to whoever acted, incident by incident."""
    lines = tuple(_line(deed, each, now) for each in done)
    well = any(each.effect is Effect.DONE for each in done)
    tone = Tone.INFO if well or all(each.effect is Effect.ALREADY for each in done) else Tone.WARNING
    if len(lines) == 1:
        return Message(lines[0], tone, _other_lengths(deed, done[0].incident))
    number = sum(each.effect is Effect.DONE for each in done)
    rest = (f"and {len(lines) - _LISTED:,} more",) if len(lines) > _LISTED else ()
    title = f"{clip(plugin.handle)}: {count(number, 'incident')} {_PAST[deed]}"
    return Message(title, tone, (Items((*lines[:_LISTED], *rest)),))


def _other_lengths(deed: Deed, incident: IncidentView) -> tuple[Block, ...]:
    """After a mute, how long it may last instead."""
    if deed is not Deed.MUTE or not incident.care.is_muted:
        return ()
    lengths = tuple((label, f"mute {incident.number} {length}") for label, length in _LENGTHS)
    hint = Text(f"Why, for those who read it later: /plugin mute {incident.number} 4h because …", quiet=True)
    return (Text("Rather for:"), Buttons((*lengths, ("Unmute", f"unmute {incident.number}"))), hint)


def nothing_open(plugin: PluginView, host_branch: str, last: IncidentView | None, now: datetime) -> Message:
    """The plugin, there if a host branch is named, has no open incident to act on; when its last one ended, if any."""
    where = f" on {clip(host_branch)}" if host_branch else ""
    end = last.resolved_at if last else None
    blocks: tuple[Block, ...] = ()
    if last and end:
        words = f"Its last one, incident {last.number}, was fixed at {clock(end)} ({ago(end, now)})."
        blocks = (Text(words), Buttons((("Details", f"log {clip(plugin.handle)}"),)))
    return Message(f"{clip(plugin.handle)} has no open incident{where}", Tone.WARNING, blocks)


def no_incident(number: int) -> Message:
    """There is no incident of this number."""
    return Message(f"There is no incident {number}", Tone.WARNING, (Text("The open ones: /plugin failing"),))


def denied(power: Power, plugin: PluginView | None = None) -> Message:
    """Who asks may not do this; who may, and who could change that."""
    about = f" of {clip(plugin.handle)}" if plugin else ""
    who = _WHO_MAY[power] if plugin is None else _WHO_MAY[power].replace(" of the plugin", about)
    return Message(
        "You may not do that here",
        Tone.WARNING,
        (Text(f"This is for {who}. An admin can make you one: /plugin help role"),),
    )


def mute_over(hidden: Sequence[str], because: str) -> str:
    """The end of a mute in one line, with how much it hid."""
    return f"The mute is over: {because}. {_hid(hidden)}"


def _hid(hidden: Sequence[str]) -> str:
    return f"It hid {count(len(hidden), 'step')} of the story." if hidden else "It hid nothing."


def _line(deed: Deed, done: Done, now: datetime) -> str:
    incident = done.incident
    where = f"Incident {incident.number}, {clip(incident.plugin.handle)} on {clip(incident.host_branch)}"
    return f"{where}: {_what(deed, done, now)}"


def _what(deed: Deed, done: Done, now: datetime) -> str:
    care = done.incident.care
    match done.effect:
        case Effect.DONE:
            return {
                Deed.CLAIM: "claimed, it is yours now",
                Deed.MUTE: f"muted {_until(care)}",
                Deed.FILE: f"filed. {_issue(care)}",
            }.get(deed, _PAST[deed])
        case Effect.ALREADY:
            return _already(deed, done)
        case Effect.STALE:
            end = done.incident.resolved_at or now
            return f"it was fixed at {clock(end)} ({ago(end, now)}), so that it cannot be {_PAST[deed]} any more"
        case Effect.TAKEN:
            can = f"or an admin, can release it: /plugin release {done.incident.number}"
            return f"{clip(care.owner or '')} owns it. Only the owner, {can}"


def _already(deed: Deed, done: Done) -> str:
    care = done.incident.care
    match deed:
        case Deed.ACKNOWLEDGE:
            who = "you have" if done.by_self else f"{clip(care.acknowledged_by or '')} has"
            when = f" at {clock(care.acknowledged_at)}" if care.acknowledged_at else ""
            return f"{who} acknowledged it already,{when}"
        case Deed.CLAIM:
            return "it is yours already"
        case Deed.RELEASE:
            return "nobody owns it"
        case Deed.MUTE:
            return f"it is muted already, {_until(care)}"
        case Deed.UNMUTE:
            return "it is not muted"
        case Deed.FILE:
            return f"filed already. {_issue(care)}"


def _until(care: Care) -> str:
    return f"until {clock(care.muted_until)}" if care.muted_until else "until it is fixed"


def _issue(care: Care) -> str:
    when = f", asked for at {clock(care.filed_at)}" if care.filed_at else ""
    return f"Filed as issue {care.issue}" if care.issue else f"Its issue is on its way to GitHub{when}"


def _because(care: Care) -> str:
    return f" Reason: {clip(care.mute_reason, _REASON_LIMIT)}" if care.mute_reason else ""
