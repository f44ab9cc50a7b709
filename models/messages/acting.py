"""What people are told when they act: on the card, in the thread, and in the answer to whoever
acted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from models.messages.blocks import and_more
from models.messages.incident_care import PAST, issue_line, until
from models.messages.message import Block, Buttons, Items, Message, Text, Tone
from models.messages.times import ago, clock
from models.messages.words import clip, count
from models.rules.authority import Power
from models.rules.care import Deed, Effect
from models.views import IncidentView, PluginView

_LISTED = 20
_LENGTHS = (("30 min", "30m"), ("4 h", "4h"), ("1 day", "1d"), ("Until fixed", "until fixed"))

_WHO_MAY = {
    Power.ACT: "guardians, admins, and the maintainers of the plugin",
    Power.FOLLOW: "guardians and admins",
    Power.TEST: "guardians and admins",
    Power.ADMINISTER: "admins",
    Power.OPERATE: "operators, at the shell",
    Power.ASK: "everyone",
}


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a deed on one incident. `incident` is as it stands now.

    `by_self` is true when it was done before, by the same person who asks now.
    """

    incident: IncidentView
    effect: Effect
    by_self: bool = False


def too_often(most: int) -> Message:
    """The answer to somebody without a role who tries `most` things within an hour."""
    words = Text(
        f"You tried {most} things within an hour, so that nothing more is done or noted until that hour is over.",
    )
    return Message("That is enough for now", Tone.WARNING, (words,))


def acted_message(deed: Deed, plugin: PluginView, done: Sequence[Done], now: datetime) -> Message:
    """The answer to whoever acted, incident by incident."""
    lines = tuple(_line(deed, each, now) for each in done)
    tone = _tone(done)
    if len(lines) == 1:
        return Message(lines[0], tone, _other_lengths(deed, done[0].incident))
    number = sum(each.effect is Effect.DONE for each in done)
    title = f"{clip(plugin.handle)}: {count(number, 'incident')} {PAST[deed]}"
    return Message(title, tone, (Items((*lines[:_LISTED], *and_more(len(lines), _LISTED))),))


def outbreak_acted(
    deed: Deed, number: int, done: Sequence[Done], of_others: int, now: datetime
) -> Message:
    """The answer to whoever acted on an outbreak: how many incidents it was, and which it was not.

    `of_others` counts those of plugins that they may not act on.
    """
    if not done:
        state = "muted" if deed is Deed.UNMUTE else "open"
        return Message(f"Outbreak {number} has no {state} incident", Tone.WARNING)
    changed = sum(each.effect is Effect.DONE for each in done)
    others = [_line(deed, each, now) for each in done if each.effect is not Effect.DONE]
    blocks: list[Block] = []
    if others:
        blocks.append(Items((*others[:_LISTED], *and_more(len(others), _LISTED))))
    if of_others:
        words = f"{count(of_others, 'incident')} more: you may not act on those plugins."
        blocks.append(Text(words))
    if deed is Deed.MUTE:
        blocks += _lengths(f"outbreak {number}")
    title = f"Outbreak {number}: {count(changed, 'incident')} {PAST[deed]}"
    return Message(title, _tone(done), tuple(blocks))


def no_outbreak(number: int) -> Message:
    """There is no outbreak of this number."""
    hint = Text("The open ones: /plugin failing")
    return Message(f"There is no outbreak {number}", Tone.WARNING, (hint,))


def not_of_outbreaks() -> Message:
    """An issue is made of an incident, not of an outbreak."""
    hint = Text("An issue stands in one plugin's repository: /plugin file NUMBER")
    return Message("Issues are made of single incidents", Tone.WARNING, (hint,))


def _tone(done: Sequence[Done]) -> Tone:
    """A warning where nothing was done, unless all of it had been done before."""
    effects = {each.effect for each in done}
    if Effect.DONE in effects or effects <= {Effect.ALREADY}:
        return Tone.INFO
    return Tone.WARNING


def _other_lengths(deed: Deed, incident: IncidentView) -> tuple[Block, ...]:
    """After a mute: how long else it could last."""
    if deed is not Deed.MUTE or not incident.care.is_muted:
        return ()
    return _lengths(str(incident.number))


def _lengths(subject: str) -> tuple[Block, ...]:
    lengths = tuple((label, f"mute {subject} {length}") for label, length in _LENGTHS)
    unmute = ("Unmute", f"unmute {subject}")
    why = f"Why, for those who read it later: /plugin mute {subject} 4h because …"
    return (Text("Change to:"), Buttons((*lengths, unmute)), Text(why, quiet=True))


def nothing_open(
    plugin: PluginView,
    host_branch: str,
    last: IncidentView | None,
    now: datetime,
) -> Message:
    """The plugin has no open incident to act on; says when its `last` one ended.

    `host_branch` is empty where none was named.
    """
    where = f" on {clip(host_branch)}" if host_branch else ""
    end = last.resolved_at if last else None
    blocks: tuple[Block, ...] = ()
    if last and end:
        words = f"Its last one, incident {last.number}, was {_ended(last)} at {clock(end)} ({ago(end, now)})."
        blocks = (Text(words), Buttons((("Details", f"log {clip(plugin.handle)}"),)))
    return Message(f"{clip(plugin.handle)} has no open incident{where}", Tone.WARNING, blocks)


def _ended(incident: IncidentView) -> str:
    return "closed" if incident.closed else "fixed"


def no_incident(number: int) -> Message:
    """There is no incident of this number."""
    hint = Text("The open ones: /plugin failing")
    return Message(f"There is no incident {number}", Tone.WARNING, (hint,))


def denied(power: Power, plugin: PluginView | None = None) -> Message:
    """The person who asks may not do this; says who may, and who can change that."""
    who = _WHO_MAY[power]
    if plugin:
        who = who.replace(" of the plugin", f" of {clip(plugin.handle)}")
    how = "" if power is Power.OPERATE else " An admin can make you one: /plugin help role"
    words = Text(f"This is for {who}.{how}")
    return Message("You may not do that here", Tone.WARNING, (words,))


def mute_over(hidden: Sequence[str], because: str) -> str:
    """The end of a mute in one line. `hidden` are the steps of the story that it hid."""
    over = f"The mute is over: {because}."
    if not hidden:
        return f"{over} It hid nothing."
    return f"{over} It hid {count(len(hidden), 'step')} of the story."


def _line(deed: Deed, done: Done, now: datetime) -> str:
    incident = done.incident
    where = f"{clip(incident.plugin.handle)} on {clip(incident.host_branch)}"
    return f"Incident {incident.number}, {where}: {_what(deed, done, now)}"


def _what(deed: Deed, done: Done, now: datetime) -> str:
    care = done.incident.care
    match done.effect:
        case Effect.DONE:
            return {
                Deed.CLAIM: "claimed, it is yours now",
                Deed.MUTE: f"muted {until(care)}",
                Deed.FILE: f"filed. {issue_line(care)}",
            }.get(deed, PAST[deed])
        case Effect.ALREADY:
            return _already(deed, done)
        case Effect.STALE:
            end = done.incident.resolved_at or now
            fixed = f"it was {_ended(done.incident)} at {clock(end)} ({ago(end, now)})"
            return f"{fixed}, so that it cannot be {PAST[deed]} any more"
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
            return f"it is muted already, {until(care)}"
        case Deed.UNMUTE:
            return "it is not muted"
        case Deed.FILE:
            return f"filed already. {issue_line(care)}"
