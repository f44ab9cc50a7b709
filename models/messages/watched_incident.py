"""The card of a source that is in trouble itself, and what its thread says when that is over.

Here are the words of a canary server whose smoke test fails; a silence and a cron job have theirs
beside.
"""

from collections.abc import Sequence
from datetime import datetime

from models.messages import links
from models.messages.cron import cron_card, cron_reply
from models.messages.flooding import flood_card, flood_reply
from models.messages.message import Block, Code, Facts, Items, Links, Message, Text, Tone
from models.messages.pages import server_page
from models.messages.silence import number, silence_card, silence_reply
from models.messages.surroundings import surroundings_card, surroundings_reply
from models.messages.times import clock, lasted
from models.messages.words import clip, error, joined, short
from models.rules.silence import Trouble
from models.rules.watched import WatchedKind
from models.views.watched import WatchedIncidentView

_BLAMED = 10
_STEP_LIMIT = 120
_WORDS_LIMIT = 1_000


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
        facts = Facts(
            (("Failing since", clock(incident.opened_at)), ("Ended", clock(incident.resolved_at))),
        )
        blocks: tuple[Block, ...] = (
            _end(incident),
            facts,
            *_error(incident, "The error was"),
            _number(incident),
        )
        return Message(*_over(incident), blocks)
    opening = f"Failing since {clock(incident.opened_at)}. Neither its steps nor its console log blame a plugin."
    blocks = (
        Text(opening),
        Facts((("Failed step", clip(incident.step, _STEP_LIMIT)), ("Host", _host(incident)))),
        *_error(incident, "Error"),
        *_host_link(incident),
        Text("What to do:"),
        Items(
            (
                f"See the run's log and screenshot: /plugin canary {clip(incident.name)}",
                "Look at the server itself, and at the host's commit: no plugin is accused, and none is cleared.",
            )
        ),
        *server_page(incident.name),
        _number(incident),
    )
    return Message(f"The browser smoke test fails on {clip(incident.name)}", Tone.BROKEN, blocks)


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


def passed_words(started_at: datetime) -> str:
    """The end by a run that passed."""
    return f"The run of {clock(started_at)} passed every step."


def blamed_words(handles: Sequence[str]) -> str:
    """The end by what a console log showed."""
    rest = len(handles) - _BLAMED
    more = (f"{rest} more",) if rest > 0 else ()
    names = joined((*map(clip, handles[:_BLAMED]), *more))
    return f"The console log of its run blames {names}."


def _over(incident: WatchedIncidentView) -> tuple[str, Tone]:
    name = clip(incident.name)
    if incident.blamed:
        return f"{name} itself is not to blame for its browser smoke test", Tone.INFO
    return f"The browser smoke test passes on {name} again", Tone.HEALTHY


def _end(incident: WatchedIncidentView) -> Text:
    length = lasted(incident.opened_at, incident.resolved_at or incident.updated_at)
    return Text(
        f"{clip(incident.resolution or '', _WORDS_LIMIT)} It was open for {length}.".strip(),
    )


def _host(incident: WatchedIncidentView) -> str:
    return f"{clip(incident.host_branch)} at {short(incident.host_sha)}"


def _host_link(incident: WatchedIncidentView) -> tuple[Block, ...]:
    commit = links.commit(links.HOST, incident.host_sha)
    return (Links((("Host at the failure", commit),)),) if commit else ()


def _error(incident: WatchedIncidentView, label: str) -> tuple[Block, ...]:
    said = error(incident.message)
    return (Code(said, label) if said else Text("The canary gave no error text."),)


def _number(incident: WatchedIncidentView) -> Text:
    return Text(number(incident), quiet=True)
