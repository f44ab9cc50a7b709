"""What people are told when they act: on the card, in the thread, and in the answer to whoever
acted.
"""

from collections.abc import Sequence
from datetime import datetime

from models.messages.blocks import and_more
from models.messages.deeds import Done, deed_line, ended_how
from models.messages.incident_care import PAST
from models.messages.message import Block, Buttons, Items, Message, Text, Tone
from models.messages.times import ago, clock
from models.messages.words import clip
from models.rules.authority import Power
from models.rules.care import OUTBREAK, Deed, Effect
from models.rules.languages import ENGLISH
from models.rules.speaking import count, marked, say, speaking
from models.views import IncidentView, PluginView

_LISTED = 20
_LENGTHS = (
    (marked("30 min"), "30m"),
    (marked("4 h"), "4h"),
    (marked("1 day"), "1d"),
    (marked("Until fixed"), "until fixed"),
)

_WHO_MAY = {
    Power.ACT: marked("guardians, admins, and the maintainers of the plugin"),
    Power.FOLLOW: marked("guardians and admins"),
    Power.TEST: marked("guardians and admins"),
    Power.ADMINISTER: marked("admins"),
    Power.OPERATE: marked("operators, at the shell"),
    Power.ASK: marked("everyone"),
}


def too_often(most: int) -> Message:
    """The answer to somebody without a role who tries `most` things within an hour."""
    words = Text(
        say(
            "You tried {most} things within an hour, so that nothing more is done or noted until that hour is over.",
            most=most,
        ),
    )
    return Message(say("That is enough for now"), Tone.WARNING, (words,))


def acted_message(deed: Deed, plugin: PluginView, done: Sequence[Done], now: datetime) -> Message:
    """The answer to whoever acted, incident by incident."""
    lines = tuple(deed_line(deed, each, now) for each in done)
    tone = _tone(done)
    if len(lines) == 1:
        return Message(lines[0], tone, _other_lengths(deed, done[0].incident))
    number = sum(each.effect is Effect.DONE for each in done)
    title = f"{clip(plugin.handle)}: {_so_many(number, deed)}"
    return Message(title, tone, (Items((*lines[:_LISTED], *and_more(len(lines), _LISTED))),))


def outbreak_acted(
    deed: Deed, number: int, done: Sequence[Done], of_others: int, now: datetime
) -> Message:
    """The answer to whoever acted on an outbreak: how many incidents it was, and which it was not.

    `of_others` counts those of plugins that they may not act on.
    """
    if not done:
        if deed is Deed.UNMUTE:
            title = say("Outbreak {number} has no muted incident", number=number)
        else:
            title = say("Outbreak {number} has no open incident", number=number)
        return Message(title, Tone.WARNING)
    title = say("Outbreak {number}: {what}", number=number, what=_changed(deed, done))
    return Message(
        title, _tone(done), _of_several(deed, f"{OUTBREAK} {number}", done, of_others, now)
    )


def several_acted(deed: Deed, done: Sequence[Done], of_others: int, now: datetime) -> Message:
    """The same for incidents that were named by their numbers."""
    numbers = " ".join(str(each.incident.number) for each in done)
    return Message(
        _changed(deed, done), _tone(done), _of_several(deed, numbers, done, of_others, now)
    )


def _of_several(
    deed: Deed, subject: str, done: Sequence[Done], of_others: int, now: datetime
) -> tuple[Block, ...]:
    others = [deed_line(deed, each, now) for each in done if each.effect is not Effect.DONE]
    blocks: list[Block] = []
    if others:
        blocks.append(Items((*others[:_LISTED], *and_more(len(others), _LISTED))))
    if of_others:
        words = count(
            of_others,
            "{number} incident more: you may not act on those plugins.",
            "{number} incidents more: you may not act on those plugins.",
        )
        blocks.append(Text(words))
    if deed is Deed.MUTE:
        blocks += _lengths(subject)
    return tuple(blocks)


def _changed(deed: Deed, done: Sequence[Done]) -> str:
    return _so_many(sum(each.effect is Effect.DONE for each in done), deed)


def _so_many(number: int, deed: Deed) -> str:
    incidents = count(number, "{number} incident", "{number} incidents")
    return f"{incidents} {say(PAST[deed])}"


def no_outbreak(number: int) -> Message:
    """There is no outbreak of this number."""
    hint = Text(say("The open ones: /plugin failing"))
    return Message(say("There is no outbreak {number}", number=number), Tone.WARNING, (hint,))


def too_many(most: int) -> Message:
    """More than `most` incidents were named by their numbers."""
    return Message(say("More than {most} incidents are too many at once", most=most), Tone.WARNING)


def not_of_outbreaks() -> Message:
    """An issue is made of an incident, not of an outbreak."""
    hint = Text(say("An issue stands in one plugin's repository: /plugin file NUMBER"))
    return Message(say("Issues are made of single incidents"), Tone.WARNING, (hint,))


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
    lengths = tuple((say(label), f"mute {subject} {length}") for label, length in _LENGTHS)
    unmute = (say("Unmute"), f"unmute {subject}")
    why = say(
        "Why, for those who read it later: /plugin mute {subject} 4h because …", subject=subject
    )
    return (Text(say("Change to:")), Buttons((*lengths, unmute)), Text(why, quiet=True))


def nothing_open(
    plugin: PluginView,
    host_branch: str,
    last: IncidentView | None,
    now: datetime,
) -> Message:
    """The plugin has no open incident to act on; says when its `last` one ended.

    `host_branch` is empty where none was named.
    """
    end = last.resolved_at if last else None
    blocks: tuple[Block, ...] = ()
    if last and end:
        words = say(
            "Its last one, incident {number}, was {ended} at {end} ({age}).",
            number=last.number,
            ended=ended_how(last),
            end=clock(end),
            age=ago(end, now),
        )
        blocks = (Text(words), Buttons(((say("Details"), f"log {clip(plugin.handle)}"),)))
    title = say("{plugin} has no open incident", plugin=clip(plugin.handle))
    if host_branch:
        title = say(
            "{plugin} has no open incident on {host}",
            plugin=clip(plugin.handle),
            host=clip(host_branch),
        )
    return Message(title, Tone.WARNING, blocks)


def no_incident(number: int) -> Message:
    """There is no incident of this number."""
    hint = Text(say("The open ones: /plugin failing"))
    return Message(say("There is no incident {number}", number=number), Tone.WARNING, (hint,))


def denied(power: Power, plugin: PluginView | None = None) -> Message:
    """The person who asks may not do this; says who may, and who can change that."""
    who = say(_WHO_MAY[power])
    if plugin and power is Power.ACT:
        who = say("guardians, admins, and the maintainers of {plugin}", plugin=clip(plugin.handle))
    words = say("This is for {who}.", who=who)
    if power is not Power.OPERATE:
        words = f"{words} {say('An admin can make you one: /plugin help role')}"
    return Message(say("You may not do that here"), Tone.WARNING, (Text(words),))


@speaking(ENGLISH)
def mute_over(hidden: Sequence[str], because: str) -> str:
    """The end of a mute in one line. `hidden` are the steps of the story that it hid."""
    over = f"The mute is over: {because}."
    if not hidden:
        return f"{over} It hid nothing."
    steps = "1 step" if len(hidden) == 1 else f"{len(hidden):,} steps"
    return f"{over} It hid {steps} of the story."
