"""A cron job that reported its own failure."""

from models.messages.kept import retold
from models.messages.message import Block, Code, Facts, Message, Text, Tone
from models.messages.silence import number
from models.messages.times import clock, lasted
from models.messages.words import clip
from models.rules.excerpt import cut_middle
from models.rules.languages import ENGLISH
from models.rules.speaking import say, speaking
from models.views.watched import WatchedIncidentView

_LOG_LIMIT = 1_500


def cron_card(incident: WatchedIncidentView) -> Message:
    """Which job failed, how, and the ends of its log; once it is over, for how long it failed."""
    if incident.resolved_at:
        facts = Facts(
            (
                (say("Failing since"), clock(incident.opened_at)),
                (say("Ended"), clock(incident.resolved_at)),
            )
        )
        blocks: tuple[Block, ...] = (_end(incident), facts, *_log(incident), _number(incident))
        return Message(*_over(incident), blocks)
    said = retold(clip(incident.step))
    failed = Facts(((say("Failing since"), clock(incident.opened_at)), (say("It said"), said)))
    return Message(
        say("The cron job {name} failed", name=clip(incident.name)),
        Tone.BROKEN,
        (failed, *_log(incident), _number(incident)),
    )


def cron_reply(incident: WatchedIncidentView) -> Message:
    """The reply in the card's thread: how it ended."""
    return Message(*_over(incident), (_end(incident),))


@speaking(ENGLISH)
def finished_words() -> str:
    """The end by a run that went well."""
    return "It finished well."


def _over(incident: WatchedIncidentView) -> tuple[str, Tone]:
    name = clip(incident.name)
    if incident.resolution == finished_words():
        return say("The cron job {name} works again", name=name), Tone.HEALTHY
    return say("The cron job {name} is not waited for any more", name=name), Tone.INFO


def _end(incident: WatchedIncidentView) -> Text:
    length = lasted(incident.opened_at, incident.resolved_at or incident.updated_at)
    how = retold(clip(incident.resolution or "", 1_000))
    return Text(f"{how} {say('It was failing for {length}.', length=length)}")


def _log(incident: WatchedIncidentView) -> tuple[Block, ...]:
    said = cut_middle((incident.message or "").strip("\n"), _LOG_LIMIT)
    return (Code(said, say("Its log")),) if said.strip() else (Text(say("It sent no log.")),)


def _number(incident: WatchedIncidentView) -> Text:
    return Text(number(incident), quiet=True)
