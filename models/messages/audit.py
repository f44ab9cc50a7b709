"""The answer to `audit`: who did what."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from models.messages.deeds import Done
from models.messages.incident_care import until
from models.messages.message import Message, Table, Text, Tone
from models.messages.times import ago, clock
from models.messages.words import clip
from models.rules.audit import AuditOutcome
from models.rules.care import Deed, Effect
from models.rules.digest import shown_minute
from models.rules.languages import ENGLISH
from models.rules.speaking import marked, say, speaking, speaks_english
from models.views import AuditLine, PluginView

_WHAT_LIMIT = 200
# What people say for a wish, by its name and its value.
_WISHES: dict[str, dict[object, str]] = {
    "flat": {True: "flat", False: "thread"},
    "quiet": {True: "quiet", False: "broadcast"},
    "reminders": {True: "reminders on", False: "reminders off"},
    "escalations": {True: "escalations on", False: "escalations off"},
    "hears_private": {True: "private on", False: "private off"},
    "files_issues": {True: "auto", False: "manual"},
    "closes_issues": {True: "close", False: "keep"},
}
_AS_TYPED = frozenset({"digest", "language", "mention"})
_EFFECTS = {
    Effect.DONE: "done",
    Effect.ALREADY: "nothing to do",
    Effect.STALE: "too late",
    Effect.TAKEN: "somebody else has it",
}
_OUTCOMES = {
    AuditOutcome.ALREADY: marked("nothing to do"),
    AuditOutcome.STALE: marked("too late"),
    AuditOutcome.TAKEN: marked("somebody else has it"),
    AuditOutcome.DENIED: marked("refused"),
    AuditOutcome.UNKNOWN: marked("not found"),
}

# In general, and about one plugin.
_NOTHING = (
    marked("Nobody has done anything yet"),
    marked("Nobody has done anything about {plugin} yet"),
)
_SOMETHING = (
    marked("Who did what, newest first"),
    marked("Who did what about {plugin}, newest first"),
)


def audit_message(lines: Sequence[AuditLine], plugin: PluginView | None, now: datetime) -> Message:
    """The newest attempts, also those that were refused. A name is what its bearer chose; the id is
    the platform's.
    """
    if not lines:
        return Message(_title(_NOTHING, plugin), Tone.INFO)
    table = Table((say("When"), say("Who"), say("What")), tuple(_row(line, now) for line in lines))
    hint = () if plugin else (Text(say("Those about one plugin: /plugin audit NAME"), quiet=True),)
    return Message(_title(_SOMETHING, plugin), Tone.INFO, (table, *hint))


def _title(words: tuple[str, str], plugin: PluginView | None) -> str:
    of_all, of_one = words
    return say(of_one, plugin=clip(plugin.handle)) if plugin else say(of_all)


def noted(asked: str, answer: Message) -> str:
    """What was asked and how it was answered, for the log, which people of all languages read.

    An answer in another language than English is left out: the outcome beside it says what became of it.
    """
    return f"{asked}: {answer.title}" if speaks_english() else asked


@speaking(ENGLISH)
def act_words(deed: Deed, done: Sequence[Done]) -> str:
    """What was done about which incidents; where it was not the same of all of them, what of each."""
    if len({each.effect for each in done}) == 1:
        numbers = ", ".join(str(each.incident.number) for each in done)
        return f"{deed} incident {numbers}{_for_how_long(deed, done[0])}"
    each_of = ", ".join(f"{each.incident.number} ({_EFFECTS[each.effect]})" for each in done)
    return f"{deed} incident {each_of}"


@speaking(ENGLISH)
def _for_how_long(deed: Deed, done: Done) -> str:
    care = done.incident.care
    if deed is not Deed.MUTE or done.effect is not Effect.DONE:
        return ""
    why = f" because {clip(care.mute_reason, _WHAT_LIMIT)}" if care.mute_reason else ""
    return f" {until(care)}{why}"


@speaking(ENGLISH)
def wish_words(changes: Mapping[str, object]) -> str:
    """What is to be different from now on, in the words that one types for it."""
    return ", ".join(_wish(name, value) for name, value in changes.items())


@speaking(ENGLISH)
def _wish(name: str, value: object) -> str:
    if name in _WISHES:
        return _WISHES[name][value]
    if name in _AS_TYPED:
        return f"{name} {value or 'off'}"
    match name:
        case "least":
            return f"from {value}"
        case "digest_at":
            return f"at {shown_minute(int(str(value)))}"
        case "digest_zone":
            return f"in {value}"
    raise AssertionError(f"{name} is no wish of anybody")


def _row(line: AuditLine, now: datetime) -> tuple[str, ...]:
    became = _OUTCOMES.get(line.outcome)
    outcome = f" ({say(became)})" if became else ""
    when = f"{clock(line.at)} ({ago(line.at, now)})"
    return (when, f"{clip(line.who)} ({clip(line.id)})", clip(line.words, _WHAT_LIMIT) + outcome)
