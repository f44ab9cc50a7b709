"""A key that reports more than anybody can look at: its card, and how that ended."""

from models.messages.message import Items, Message, Text, Tone
from models.messages.silence import number
from models.messages.times import clock, lasted
from models.messages.words import clip
from models.rules.incidents import MOST_STEPS_OF_KEY
from models.rules.smoke import MOST_BYTES_AN_HOUR, MOST_RUNS_AN_HOUR
from models.views.watched import WatchedIncidentView

_WORDS = (
    f"Its incidents opened or changed more than {MOST_STEPS_OF_KEY:,} times within an hour. What it reports is stored "
    "and counts for statuses, but opens and announces no more incidents until it slows down; then the next commit does."
)
_REVOKE = "If the machine or the key is in wrong hands, revoke it: python -m models keys revoke KEY"
_WORDS_LIMIT = 1_000
_TO_DO: tuple[str, ...] = (
    "Is a whole host broken? See /plugin failing, and the outbreak's card.",
    _REVOKE,
)


def flood_card(incident: WatchedIncidentView) -> Message:
    """What is not told because of the flood, and what to do; or that the flood is over."""
    last = Text(number(incident), quiet=True)
    if incident.resolved_at:
        return Message(_over(incident), Tone.HEALTHY, (_end(incident), last))
    words, to_do = _WORDS, _TO_DO
    if incident.message:
        words, to_do = clip(incident.message, _WORDS_LIMIT), (_REVOKE,)
    since = Text(f"Since {clock(incident.opened_at)}. {words}")
    title = f"The key {clip(incident.name)} reports more than anybody can look at"
    return Message(title, Tone.WARNING, (since, Text("What to do:"), Items(to_do), last))


def flood_reply(incident: WatchedIncidentView) -> Message:
    """The reply in the card's thread: the flood is over."""
    return Message(_over(incident), Tone.HEALTHY, (_end(incident),))


def uploads_words() -> str:
    """What a browser canary's key does that uploads without end."""
    size = MOST_BYTES_AN_HOUR // 1024**2
    return (
        f"Within an hour it reported more than {MOST_RUNS_AN_HOUR} runs, or left logs and pictures of more than {size} "
        "MiB. What goes beyond is refused until it slows down."
    )


def calm_words() -> str:
    """How a flood ends."""
    return "For an hour it kept within the limit."


def _over(incident: WatchedIncidentView) -> str:
    return f"The key {clip(incident.name)} reports at a usual rate again"


def _end(incident: WatchedIncidentView) -> Text:
    length = lasted(incident.opened_at, incident.resolved_at or incident.updated_at)
    return Text(f"{calm_words()} It lasted {length}.")
