"""A key that reports more than anybody can look at: its card, and how that ended."""

from models.messages.kept import retold
from models.messages.message import Items, Message, Text, Tone
from models.messages.silence import number
from models.messages.times import clock, lasted
from models.messages.words import clip
from models.rules.incidents import MOST_STEPS_OF_KEY
from models.rules.key_limits import MOST_NEW_NAMES, NEW_NAMES_AN_HOUR, KeyLimit
from models.rules.languages import ENGLISH
from models.rules.smoke import MOST_BYTES_AN_HOUR, MOST_RUNS_AN_HOUR
from models.rules.speaking import marked, say, speaking
from models.views.watched import WatchedIncidentView

_WORDS = marked(
    "Its incidents opened or changed more than {most:,} times within an hour. What it reports is stored and counts for "
    "statuses, but opens and announces no more incidents until it slows down; then the next commit does."
)
_REVOKE = marked(
    "If the machine or the key is in wrong hands, revoke it: python -m models keys revoke KEY"
)
_WORDS_LIMIT = 1_000
_TO_DO: tuple[str, ...] = (
    marked("Is a whole host broken? See /plugin failing, and the outbreak's card."),
    _REVOKE,
)


def flood_card(incident: WatchedIncidentView) -> Message:
    """What is not told because of the flood, and what to do; or that the flood is over."""
    last = Text(number(incident), quiet=True)
    if incident.resolved_at:
        return Message(_over(incident), Tone.HEALTHY, (_end(incident), last))
    words, to_do = say(_WORDS, most=MOST_STEPS_OF_KEY), _TO_DO
    if incident.message:
        words, to_do = retold(clip(incident.message, _WORDS_LIMIT)), (_REVOKE,)
    since = Text(f"{say('Since {at}.', at=clock(incident.opened_at))} {words}")
    title = say("The key {name} reports more than anybody can look at", name=clip(incident.name))
    steps = Items(tuple(map(say, to_do)))
    return Message(title, Tone.WARNING, (since, Text(say("What to do:")), steps, last))


def flood_reply(incident: WatchedIncidentView) -> Message:
    """The reply in the card's thread: the flood is over."""
    return Message(_over(incident), Tone.HEALTHY, (_end(incident),))


@speaking(ENGLISH)
def uploads_words() -> str:
    """What a browser canary's key does that uploads without end."""
    size = MOST_BYTES_AN_HOUR // 1024**2
    return (
        f"Within an hour it reported more than {MOST_RUNS_AN_HOUR} runs, or left logs and pictures of more than {size} "
        "MiB. What goes beyond is refused until it slows down."
    )


@speaking(ENGLISH)
def limit_words(limit: KeyLimit) -> str:
    """What a key does that used up what it may."""
    if limit is KeyLimit.NEW_NAMES:
        return (
            f"It named more than {MOST_NEW_NAMES:,} branches and commits that nobody reported before, and gets "
            f"{NEW_NAMES_AN_HOUR:,} more an hour. What names further ones is refused; what works as before is recorded."
        )
    return (
        "What it reports takes so long to record that others would have to wait. It is refused until the key has paid "
        "the time back; what works as before is recorded."
    )


@speaking(ENGLISH)
def calm_words() -> str:
    """How a flood ends."""
    return "For an hour it kept within the limit."


def _over(incident: WatchedIncidentView) -> str:
    return say("The key {name} reports at a usual rate again", name=clip(incident.name))


def _end(incident: WatchedIncidentView) -> Text:
    length = lasted(incident.opened_at, incident.resolved_at or incident.updated_at)
    return Text(f"{say(calm_words())} {say('It lasted {length}.', length=length)}")
