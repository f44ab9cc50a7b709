"""The card of a source that is in trouble itself, and what its thread says when that is over.

Here are the words of a canary server whose smoke test fails; a silence and a cron job have theirs
beside.
"""

from collections.abc import Sequence
from datetime import datetime

from models.messages import links
from models.messages.blocks import known_links
from models.messages.cron import cron_card, cron_reply
from models.messages.flooding import flood_card, flood_reply
from models.messages.kept import retold
from models.messages.message import Block, Code, Facts, Items, Message, Text, Tone
from models.messages.pages import server_page
from models.messages.silence import number, silence_card, silence_reply
from models.messages.surroundings import surroundings_card, surroundings_reply
from models.messages.times import clock, lasted
from models.messages.words import clip, error, joined, short
from models.rules.languages import ENGLISH
from models.rules.silence import Trouble
from models.rules.speaking import marked, say, speaking
from models.rules.watched import WatchedKind
from models.views.watched import WatchedIncidentView

_BLAMED = 10
_STEP_LIMIT = 120
_WORDS_LIMIT = 1_000
_TO_DO = (
    marked("See the run's log and screenshot: /plugin canary {server}"),
    marked(
        "Look at the server itself, and at the host's commit: no plugin is accused, and none is cleared."
    ),
)


def watched_card(incident: WatchedIncidentView) -> Message:
    """What is wrong with which source, and what to do; once it is over, how it ended."""
    if incident.trouble is Trouble.FLOODING:
        return flood_card(incident)
    if incident.trouble is not Trouble.FAILING:
        return silence_card(incident)
    if incident.kind is WatchedKind.CRON:
        return cron_card(incident)
    if incident.kind is WatchedKind.GUARD:
        return surroundings_card(incident)
    if incident.resolved_at:
        return _ended_card(incident, incident.resolved_at)
    opening = say(
        "Failing since {since}. Neither its steps nor its console log blame a plugin.",
        since=clock(incident.opened_at),
    )
    blocks: tuple[Block, ...] = (
        Text(opening),
        Facts(
            ((say("Failed step"), clip(incident.step, _STEP_LIMIT)), (say("Host"), _host(incident)))
        ),
        *_error(incident, say("Error")),
        *_host_link(incident),
        Text(say("What to do:")),
        Items(tuple(say(step, server=clip(incident.name)) for step in _TO_DO)),
        *server_page(incident.name),
        _number(incident),
    )
    title = say("The browser smoke test fails on {server}", server=clip(incident.name))
    return Message(title, Tone.BROKEN, blocks)


def _ended_card(incident: WatchedIncidentView, ended: datetime) -> Message:
    facts = Facts(
        (
            (say("Failing since"), clock(incident.opened_at)),
            (say("Ended"), clock(ended)),
        ),
    )
    blocks: tuple[Block, ...] = (
        _end(incident),
        facts,
        *_error(incident, say("The error was")),
        _number(incident),
    )
    return Message(*_over(incident), blocks)


def watched_reply(incident: WatchedIncidentView) -> Message:
    """The reply in the card's thread: how it ended."""
    if incident.trouble is Trouble.FLOODING:
        return flood_reply(incident)
    if incident.trouble is not Trouble.FAILING:
        return silence_reply(incident)
    if incident.kind is WatchedKind.CRON:
        return cron_reply(incident)
    if incident.kind is WatchedKind.GUARD:
        return surroundings_reply(incident)
    return Message(*_over(incident), (_end(incident),))


@speaking(ENGLISH)
def passed_words(started_at: datetime) -> str:
    """The end by a run that passed."""
    return f"The run of {clock(started_at)} passed every step."


@speaking(ENGLISH)
def blamed_words(handles: Sequence[str]) -> str:
    """The end by what a console log showed."""
    rest = len(handles) - _BLAMED
    more = (f"{rest} more",) if rest > 0 else ()
    names = joined((*map(clip, handles[:_BLAMED]), *more))
    return f"The console log of its run blames {names}."


def _over(incident: WatchedIncidentView) -> tuple[str, Tone]:
    name = clip(incident.name)
    if incident.blamed:
        return say(
            "{server} itself is not to blame for its browser smoke test", server=name
        ), Tone.INFO
    return say("The browser smoke test passes on {server} again", server=name), Tone.HEALTHY


def _end(incident: WatchedIncidentView) -> Text:
    length = lasted(incident.opened_at, incident.resolved_at or incident.updated_at)
    how = retold(clip(incident.resolution or "", _WORDS_LIMIT))
    return Text(f"{how} {say('It was open for {length}.', length=length)}".strip())


def _host(incident: WatchedIncidentView) -> str:
    return say(
        "{branch} at {commit}",
        branch=clip(incident.host_branch),
        commit=short(incident.host_sha),
    )


def _host_link(incident: WatchedIncidentView) -> tuple[Block, ...]:
    commit = links.commit(links.HOST, incident.host_sha)
    return known_links((say("Host at the failure"), commit))


def _error(incident: WatchedIncidentView, label: str) -> tuple[Block, ...]:
    said = error(incident.message)
    return (Code(said, label) if said else Text(say("The canary gave no error text.")),)


def _number(incident: WatchedIncidentView) -> Text:
    return Text(number(incident), quiet=True)
