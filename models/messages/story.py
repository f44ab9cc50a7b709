"""What an incident's thread tells, step by step.

Every step names the plugin, because some steps are shown alone.
"""

from dataclasses import replace
from datetime import datetime

from models.messages.advice import advice
from models.messages.evidence import (
    accusation,
    artefacts_hint,
    commit_facts,
    evidence_links,
    fix_links,
    seen_on,
)
from models.messages.incident import ending, headline, on_host, recovery, subject
from models.messages.kept import retold
from models.messages.message import Block, Code, Facts, Items, Message, Text, Tone
from models.messages.pages import incident_page
from models.messages.times import clock, lasted
from models.messages.words import clip, error_line, ordinal, pair, tone
from models.rules.excerpt import cut_middle
from models.rules.incidents import ACTS, StoryKind
from models.rules.languages import ENGLISH
from models.rules.sources import NO_BACKTRACE, descriptor
from models.rules.speaking import count, marked, say, speaking
from models.views import IncidentView

# Nearly every Ruby backtrace fits; a platform that holds less cuts the middle again.
BACKTRACE_LIMIT = 8_000
ERROR_LIMIT = 2_000

_WORDS_LIMIT = 300

# What people did is worded by the recorder, which knows their names, and so is the commit that is pinned; these words
# are the fallback.
_SAME_WORDS = {
    StoryKind.SILENT: marked(
        "No report within the deadline: its status is unknown now. The incident stays open."
    ),
    StoryKind.PINNED: marked("Works where pinned."),
    **{act: f"{act.capitalize()}." for act in ACTS},
}

_HEADED = {
    StoryKind.REOPENED: marked("Again ({ordinal} time): {what}"),
    StoryKind.CONFIRMED: marked("Confirmed: {what}"),
    StoryKind.CHANGED: marked("Still broken: {what}"),
}
# How the reply is titled that tells of what somebody did, or of the commit that is pinned.
_TURNS = {
    StoryKind.ACCUSED: marked("Accused"),
    StoryKind.PINNED: marked("Pinned"),
    StoryKind.ACKNOWLEDGED: marked("Acknowledged"),
    StoryKind.CLAIMED: marked("Claimed"),
    StoryKind.RELEASED: marked("Released"),
    StoryKind.MUTED: marked("Muted"),
    StoryKind.FILED: marked("Filed"),
}

_BROKEN = {
    StoryKind.OPENED: marked("Broke at {failure}"),
    StoryKind.CONFIRMED: marked("Confirmed by a second report at {failure}"),
    StoryKind.CHANGED: marked("Still broken at {failure}"),
}


def opened_reply(incident: IncidentView) -> Message:
    """The first message of the thread: the error and its backtrace, cut in the middle if too long, on which commits
    it failed, and what to do.
    """
    title = say("Error of {plugin}", plugin=subject(incident))
    if incident.backtrace:
        title = say("Backtrace of {plugin}", plugin=subject(incident))
    blocks = (
        *full_error(incident),
        *_no_backtrace(incident),
        Facts(commit_facts(incident)),
        *advice(incident),
    )
    return Message(title, Tone.INFO, blocks)


def full_error(incident: IncidentView) -> tuple[Block, ...]:
    """The error and the backtrace as they were reported.

    They are cut in the middle, because a backtrace has its cause at one end and its start at the
    other.
    """
    parts = (
        (say("Error"), incident.message, ERROR_LIMIT),
        (say("Backtrace"), incident.backtrace, BACKTRACE_LIMIT),
    )
    return tuple(Code(cut_middle(text, limit), label) for label, text, limit in parts if text)


def _no_backtrace(incident: IncidentView) -> tuple[Block, ...]:
    """What is shown where there is no backtrace. CI and the canary send none; their runs have
    logs.
    """
    if incident.backtrace:
        return ()
    if hint := artefacts_hint(incident):
        return (Text(say("The run's log and screenshot: {hint}", hint=hint), quiet=True),)
    source = descriptor(incident.origin)
    return (Text(say(source.no_backtrace if source else NO_BACKTRACE), quiet=True),)


@speaking(ENGLISH)
def story_words(kind: StoryKind, incident: IncidentView) -> str:
    """One line for the history: what happened at this step, without the time."""
    failure = _failure(incident)
    match kind:
        case StoryKind.REOPENED:
            return f"Broke again, for the {ordinal(incident.times)} time, at {failure}"
        case StoryKind.OPENED | StoryKind.CONFIRMED | StoryKind.CHANGED:
            return say(_BROKEN[kind], failure=failure)
        case StoryKind.ACCUSED:
            return accusation(incident)
        case StoryKind.FIELD:
            # Also shown on pages that name no server.
            return seen_on(replace(incident, said_by=None))
        case StoryKind.RESOLVED:
            return f"Works again at {pair(incident.last_bad)}, after {_broken_for(incident)}."
        case _:
            return _SAME_WORDS[kind]


def story_reply(
    incident: IncidentView,
    kind: StoryKind,
    words: str,
    at: datetime,
    lines: tuple[str, ...] = (),
) -> Message:
    """A later step as a reply in the thread.

    `words` and `lines` are what was recorded when it happened, at `at`.
    """
    title, mood = _title(incident, kind)
    blocks: list[Block] = [Text(clip(retold(words), _WORDS_LIMIT))]
    if lines:
        blocks.append(Items(tuple(clip(retold(line), _WORDS_LIMIT) for line in lines)))
    blocks += _details(incident, kind)
    blocks.append(_when(incident, kind, at))
    blocks.append(incident_page(incident.number))
    return Message(title, mood, tuple(blocks))


def _title(incident: IncidentView, kind: StoryKind) -> tuple[str, Tone]:
    match kind:
        case StoryKind.OPENED:
            return headline(incident), tone(incident.verdict)
        case StoryKind.REOPENED | StoryKind.CONFIRMED | StoryKind.CHANGED:
            title = say(_HEADED[kind], ordinal=ordinal(incident.times), what=headline(incident))
            return title, tone(incident.verdict)
        case StoryKind.FIELD:
            title = count(
                incident.failing_sites,
                "{plugin} fails on {number} client site with {host}",
                "{plugin} fails on {number} client sites with {host}",
                plugin=subject(incident),
                host=clip(incident.host_branch),
            )
            return title, Tone.WARNING
        case StoryKind.SILENT:
            return say("Silence about {where}", where=on_host(incident)), Tone.UNKNOWN
        case _:
            return _title_of_turn(incident, kind)


def _title_of_turn(incident: IncidentView, kind: StoryKind) -> tuple[str, Tone]:
    if kind is StoryKind.RESOLVED:
        return ending(incident), Tone.INFO if incident.closed else Tone.HEALTHY
    if kind is not StoryKind.UNMUTED:
        turn = say(_TURNS[kind])
        return f"{turn}: {on_host(incident)}", Tone.INFO
    if incident.resolved_at:
        return say("No longer muted: {what}", what=recovery(incident)), Tone.HEALTHY
    return say("No longer muted: {what}", what=headline(incident)), tone(incident.verdict)


def _details(incident: IncidentView, kind: StoryKind) -> tuple[Block, ...]:
    match kind:
        case StoryKind.REOPENED | StoryKind.CONFIRMED:
            return (Text(accusation(incident)), *evidence_links(incident))
        case StoryKind.RESOLVED:
            return fix_links(incident)
        case _:
            return ()


def _when(incident: IncidentView, kind: StoryKind, at: datetime) -> Text:
    words = clock(at)
    if kind in {StoryKind.REOPENED, StoryKind.CONFIRMED, StoryKind.CHANGED}:
        whole = say("The whole error: /plugin log {handle}", handle=clip(incident.plugin.handle))
        words = f"{words}. {whole}"
    return Text(words, quiet=True)


def _failure(incident: IncidentView) -> str:
    line = error_line(incident.message, incident.backtrace) or say("no error text")
    return clip(f"{pair(incident.last_bad)}, {incident.verdict.words}: {line}", _WORDS_LIMIT)


def _broken_for(incident: IncidentView) -> str:
    return lasted(incident.opened_at, incident.resolved_at or incident.updated_at)
