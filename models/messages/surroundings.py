"""A canary server whose surroundings fail, so that plugins fail there through no fault of theirs."""

from collections.abc import Sequence

from models.messages.message import Block, Code, Facts, Items, Message, Text, Tone
from models.messages.silence import number
from models.messages.times import clock, lasted
from models.messages.words import clip, error_line, short
from models.rules.excerpt import cut_middle
from models.views.watched import WatchedIncidentView

_WORDS_LIMIT = 1_000
_LISTED = 20
_LINE_LIMIT = 200
_ERROR_LIMIT = 2_000
_TO_DO = (
    "Look at the server: its network, disk, memory, and the services that it uses.",
    "No plugin is accused of this, and none is cleared. What fails once more in the same way gets a card of its own.",
)


def surroundings_card(incident: WatchedIncidentView) -> Message:
    """Which plugins met what on which server; once it is over, for how long."""
    said = (Code(cut_middle(incident.message or "", _ERROR_LIMIT), "What plugins met"),)
    last = Text(number(incident), quiet=True)
    if incident.resolved_at:
        return Message(_over(incident), Tone.HEALTHY, (_end(incident), *said, last))
    host = f"{clip(incident.host_branch)} at {short(incident.host_sha)}"
    blocks: tuple[Block, ...] = (
        Text(f"Failing since {clock(incident.opened_at)}."),
        Facts((("Host", host),)),
        *said,
        Text("What to do:"),
        Items(_TO_DO),
        last,
    )
    return Message(
        f"Plugins fail on {clip(incident.name)} by its own trouble", Tone.WARNING, blocks
    )


def surroundings_reply(incident: WatchedIncidentView) -> Message:
    """The reply in the card's thread: how it ended."""
    return Message(_over(incident), Tone.HEALTHY, (_end(incident),))


def failing_words(errors: Sequence[tuple[str, str]]) -> str:
    """The plugins, each with the first line of its error."""
    lines = [
        f"{clip(name)}: {clip(error_line(message) or 'no error text', _LINE_LIMIT)}"
        for name, message in errors[:_LISTED]
    ]
    more = len(errors) - _LISTED
    return "\n".join([*lines, f"and {more:,} more"] if more > 0 else lines)


def over_words() -> str:
    """The end by a report without such errors."""
    return "Its newest report has no such error."


def _over(incident: WatchedIncidentView) -> str:
    return f"{clip(incident.name)} is over its own trouble"


def _end(incident: WatchedIncidentView) -> Text:
    length = lasted(incident.opened_at, incident.resolved_at or incident.updated_at)
    return Text(f"{clip(incident.resolution or '', _WORDS_LIMIT)} It lasted {length}.".strip())
