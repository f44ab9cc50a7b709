"""The answers to `log` and `history`: what went wrong with a plugin, in full and over time."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from models.messages.advice import advice
from models.messages.evidence import (
    accusation,
    artefacts_hint,
    commit_facts,
    evidence_links,
    seen_on,
)
from models.messages.incident import doubt, headline, pinned
from models.messages.kept import closed_words, retold
from models.messages.message import Block, Facts, Items, Message, Table, Text, Tone
from models.messages.story import full_error
from models.messages.suspects import likely_blocks
from models.messages.times import ago, clock, lasted
from models.messages.words import clip, error_line, ordinal, tone
from models.rules.speaking import count, say
from models.views import IncidentStory, IncidentView, PluginView

_STEPS = 20
_STEP_LIMIT = 300
_ERROR_LIMIT = 80


def log_message(plugin: PluginView, stories: Sequence[IncidentStory], now: datetime) -> Message:
    """The plugin's worst open incident, or else its last one, with its story and backtrace.

    `stories` are newest first.
    """
    if not stories:
        return _never_broke(plugin)
    opened = [story for story in stories if story.incident.resolved_at is None]
    told = stories[0]
    if opened:
        told = max(opened, key=lambda story: story.incident.verdict.severity)
    incident = told.incident
    blocks: tuple[Block, ...] = (
        Text(_state(incident, now)),
        *full_error(incident),
        *doubt(incident),
        *pinned(incident),
        Text(f"{accusation(incident)} {seen_on(incident)}"),
        *likely_blocks(incident),
        Facts(commit_facts(incident)),
        *evidence_links(incident),
        *_artefacts(incident),
        *advice(incident),
        *_story(told),
        *_others(plugin, len(opened) - 1),
    )
    mood = Tone.INFO if incident.resolved_at else tone(incident.verdict)
    return Message(_title(incident), mood, blocks)


def history_message(plugin: PluginView, stories: Sequence[IncidentStory], now: datetime) -> Message:
    """The plugin's incidents, the newest first, with how long each lasted."""
    if not stories:
        return _never_broke(plugin)
    rows = tuple(_row(story.incident, now) for story in stories)
    table = Table(
        (say("Incident"), say("Branches"), say("Broken since"), say("For"), say("Error")), rows
    )
    hint = Text(
        say("The last one in full: /plugin log {handle}", handle=clip(plugin.handle)), quiet=True
    )
    return Message(
        say("Incidents of {handle}, newest first", handle=clip(plugin.handle)),
        Tone.INFO,
        (table, hint),
    )


def _standing(incident: IncidentView) -> str:
    if incident.resolved_at is None:
        return say("open")
    return say("closed") if incident.closed else say("resolved")


def _never_broke(plugin: PluginView) -> Message:
    handle = clip(plugin.handle)
    words = say(
        "No incident was ever recorded. Whether it works now: /plugin status {handle}",
        handle=handle,
    )
    return Message(say("{handle}: nothing to show", handle=handle), Tone.INFO, (Text(words),))


def _title(incident: IncidentView) -> str:
    state = _standing(incident)
    return say(
        "Incident {number}, {state}: {headline}",
        number=incident.number,
        state=state,
        headline=headline(incident),
    )


def _state(incident: IncidentView, now: datetime) -> str:
    start, end = incident.opened_at, incident.resolved_at
    if end is None:
        return say(
            "Broken since {start}, for {length} so far.",
            start=clock(start),
            length=lasted(start, now),
        )
    how = retold(closed_words(incident.closed)) if incident.closed else say("It works again.")
    return say(
        "{how} It was broken for {length}, until {end} ({age}).",
        how=how,
        length=lasted(start, end),
        end=clock(end),
        age=ago(end, now),
    )


def _artefacts(incident: IncidentView) -> tuple[Block, ...]:
    hint = artefacts_hint(incident)
    if not hint or incident.resolved_at is None:  # where it is open, the advice names it
        return ()
    return (Text(say("The run's log and screenshot: {hint}", hint=hint)),)


def _story(told: IncidentStory) -> tuple[Block, ...]:
    if not told.story:
        return ()
    # Client sites join one by one; where their number is not told, each step says the same as the last one.
    steps = [next(alike) for _, alike in groupby(told.story, lambda step: step.words)]
    lines = []
    left_out = len(steps) - _STEPS
    if left_out > 0:
        lines.append(say("{left_out:,} earlier steps are left out", left_out=left_out))
    lines += [
        f"{clock(step.at)}: {clip(retold(step.words), _STEP_LIMIT)}" for step in steps[-_STEPS:]
    ]
    return (Text(say("What happened:")), Items(tuple(lines)))


def _others(plugin: PluginView, others: int) -> tuple[Block, ...]:
    if others < 1:
        return ()
    words = count(
        others,
        "{number} more incident of this plugin open: /plugin history {plugin}",
        "{number} more incidents of this plugin open: /plugin history {plugin}",
        plugin=clip(plugin.handle),
    )
    return (Text(words),)


def _row(incident: IncidentView, now: datetime) -> tuple[str, ...]:
    branches = say(
        "{plugin_branch} on {host_branch}",
        plugin_branch=clip(incident.plugin_branch),
        host_branch=clip(incident.host_branch),
    )
    length = lasted(incident.opened_at, incident.resolved_at or now)
    if incident.resolved_at is None:
        length += ", " + say("open")
    if incident.times > 1:
        length += ", " + say("{ordinal} time", ordinal=ordinal(incident.times))
    error = clip(error_line(incident.message, incident.backtrace), _ERROR_LIMIT) or say(
        "no error text"
    )
    return (str(incident.number), branches, clock(incident.opened_at), length, error)
