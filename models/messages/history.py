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
from models.messages.kept import closed_words
from models.messages.message import Block, Facts, Items, Message, Table, Text, Tone
from models.messages.story import full_error
from models.messages.suspects import likely_blocks
from models.messages.times import ago, clock, lasted
from models.messages.words import clip, count, error_line, ordinal, tone
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
    table = Table(("Incident", "Branches", "Broken since", "For", "Error"), rows)
    hint = Text(f"The last one in full: /plugin log {clip(plugin.handle)}", quiet=True)
    return Message(f"Incidents of {clip(plugin.handle)}, newest first", Tone.INFO, (table, hint))


def _never_broke(plugin: PluginView) -> Message:
    handle = clip(plugin.handle)
    words = f"No incident was ever recorded. Whether it works now: /plugin status {handle}"
    return Message(f"{handle}: nothing to show", Tone.INFO, (Text(words),))


def _title(incident: IncidentView) -> str:
    state = "open"
    if incident.resolved_at:
        state = "closed" if incident.closed else "resolved"
    return f"Incident {incident.number}, {state}: {headline(incident)}"


def _state(incident: IncidentView, now: datetime) -> str:
    start, end = incident.opened_at, incident.resolved_at
    if end is None:
        return f"Broken since {clock(start)}, for {lasted(start, now)} so far."
    how = closed_words(incident.closed) if incident.closed else "It works again."
    return f"{how} It was broken for {lasted(start, end)}, until {clock(end)} ({ago(end, now)})."


def _artefacts(incident: IncidentView) -> tuple[Block, ...]:
    hint = artefacts_hint(incident)
    if not hint or incident.resolved_at is None:  # where it is open, the advice names it
        return ()
    return (Text(f"The run's log and screenshot: {hint}"),)


def _story(told: IncidentStory) -> tuple[Block, ...]:
    if not told.story:
        return ()
    # Client sites join one by one; where their number is not told, each step says the same as the last one.
    steps = [next(alike) for _, alike in groupby(told.story, lambda step: step.words)]
    lines = []
    left_out = len(steps) - _STEPS
    if left_out > 0:
        lines.append(f"{left_out:,} earlier steps are left out")
    lines += [f"{clock(step.at)}: {clip(step.words, _STEP_LIMIT)}" for step in steps[-_STEPS:]]
    return (Text("What happened:"), Items(tuple(lines)))


def _others(plugin: PluginView, others: int) -> tuple[Block, ...]:
    if others < 1:
        return ()
    words = f"{count(others, 'more incident')} of this plugin open: /plugin history {clip(plugin.handle)}"
    return (Text(words),)


def _row(incident: IncidentView, now: datetime) -> tuple[str, ...]:
    branches = f"{clip(incident.plugin_branch)} on {clip(incident.host_branch)}"
    length = lasted(incident.opened_at, incident.resolved_at or now)
    if incident.resolved_at is None:
        length += ", open"
    if incident.times > 1:
        length += f", {ordinal(incident.times)} time"
    error = clip(error_line(incident.message, incident.backtrace), _ERROR_LIMIT) or "no error text"
    return (str(incident.number), branches, clock(incident.opened_at), length, error)
