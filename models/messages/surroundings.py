"""A canary server whose surroundings fail, so that plugins fail there through no fault of theirs."""

from collections.abc import Sequence

from models.messages.kept import retold
from models.messages.message import Block, Code, Facts, Items, Message, Text, Tone
from models.messages.silence import number
from models.messages.times import clock, lasted
from models.messages.words import clip, error_line, short
from models.rules.excerpt import cut_middle
from models.rules.languages import ENGLISH
from models.rules.speaking import marked, say, speaking
from models.views.watched import WatchedIncidentView

_WORDS_LIMIT = 1_000
_LISTED = 20
_LINE_LIMIT = 200
_ERROR_LIMIT = 2_000
_TO_DO = (
    marked("Look at the server: its network, disk, memory, and the services that it uses."),
    marked(
        "No plugin is accused of this, and none is cleared. What fails once more in the same way gets a card of its "
        "own."
    ),
)


def surroundings_card(incident: WatchedIncidentView) -> Message:
    """Which plugins met what on which server; once it is over, for how long."""
    said = (Code(cut_middle(incident.message or "", _ERROR_LIMIT), say("What plugins met")),)
    last = Text(number(incident), quiet=True)
    if incident.resolved_at:
        return Message(_over(incident), Tone.HEALTHY, (_end(incident), *said, last))
    branch, commit = clip(incident.host_branch), short(incident.host_sha)
    host = say("{branch} at {commit}", branch=branch, commit=commit)
    blocks: tuple[Block, ...] = (
        Text(say("Failing since {since}.", since=clock(incident.opened_at))),
        Facts(((say("Host"), host),)),
        *said,
        Text(say("What to do:")),
        Items(tuple(map(say, _TO_DO))),
        last,
    )
    title = say("Plugins fail on {name} by its own trouble", name=clip(incident.name))
    return Message(title, Tone.WARNING, blocks)


def surroundings_reply(incident: WatchedIncidentView) -> Message:
    """The reply in the card's thread: how it ended."""
    return Message(_over(incident), Tone.HEALTHY, (_end(incident),))


@speaking(ENGLISH)
def failing_words(errors: Sequence[tuple[str, str]]) -> str:
    """The plugins, each with the first line of its error."""
    lines = [
        f"{clip(name)}: {clip(error_line(message) or 'no error text', _LINE_LIMIT)}"
        for name, message in errors[:_LISTED]
    ]
    more = len(errors) - _LISTED
    return "\n".join([*lines, f"and {more:,} more"] if more > 0 else lines)


@speaking(ENGLISH)
def over_words() -> str:
    """The end by a report without such errors."""
    return "Its newest report has no such error."


def _over(incident: WatchedIncidentView) -> str:
    return say("{name} is over its own trouble", name=clip(incident.name))


def _end(incident: WatchedIncidentView) -> Text:
    length = lasted(incident.opened_at, incident.resolved_at or incident.updated_at)
    how = retold(clip(incident.resolution or "", _WORDS_LIMIT))
    return Text(f"{how} {say('It lasted {length}.', length=length)}".strip())
