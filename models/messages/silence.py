"""A source that is silent: what its card says, and how each kind of source is called."""

from datetime import datetime

from models.messages.kept import retold
from models.messages.message import Block, Facts, Items, Message, Text, Tone
from models.messages.times import clock, lasted
from models.messages.words import clip, short
from models.rules.languages import ENGLISH
from models.rules.silence import Trouble
from models.rules.smoke import Conclusion
from models.rules.speaking import count, marked, say, speaking
from models.rules.watched import WATCHED, WatchedKind
from models.views.watched import WatchedIncidentView

_CLAIMS = {
    Trouble.FAILING: marked("{source} fails"),
    Trouble.SILENT: marked("{source} is silent"),
    Trouble.NEVER: marked("{source} has never reported"),
    Trouble.UNFINISHED: marked("{source} began and never finished"),
    Trouble.FLOODING: marked("{source} reports more than anybody can look at"),
}
_RUNS = {
    Conclusion.PASSED: marked("a smoke test that passed on {branch} at {commit}"),
    Conclusion.FAILED: marked("a smoke test that failed on {branch} at {commit}"),
    Conclusion.NOTHING: marked("a smoke test that proves nothing on {branch} at {commit}"),
}
_UNFINISHED = marked("Something stopped it in the middle: look at the machine that it runs on.")
_REGULAR = marked(
    "If this is its rhythm, or if it is gone for good: python -m models sources --help"
)
_NOT_EXPECTED = marked(
    "It is not waited for any more: its key was revoked, or an operator said so."
)
_LAST = marked("Last report at {at}, {length} before this.")
_LAST_SAID = marked("Last report at {at}, {length} before this: {said}.")
_SAID_LIMIT = 160


def is_heard(incident: WatchedIncidentView) -> bool:
    """Whether the silence ended because the source was heard, not because nobody waits for it."""
    return incident.resolved_at is not None and incident.resolution != _NOT_EXPECTED


def named(kind: WatchedKind, name: str) -> str:
    """The source as part of a sentence: "the cron job backup"."""
    return say(WATCHED[kind].named, name=clip(name))


def titled(kind: WatchedKind, name: str) -> str:
    """The same at the start of a sentence: "The cron job backup"."""
    return _capital(named(kind, name))


def headline(kind: WatchedKind, name: str, trouble: Trouble) -> str:
    """What is wrong in one line: "The cron job backup is silent"."""
    if kind is WatchedKind.WEB:
        return say("Pluginwatch does not listen: its web process is away")
    if kind is WatchedKind.GUARD and trouble is Trouble.FAILING:
        return say("Plugins fail on {name} by its own trouble", name=clip(name))
    source = titled(kind, name)
    if _is_run(kind, trouble):
        return say("{source} has a smoke test that never finished", source=source)
    return say(_CLAIMS[trouble], source=source)


def silence_card(incident: WatchedIncidentView) -> Message:
    """Who is silent, what was heard last and when, and what to do.

    Once the silence is over: how long it lasted.
    """
    if incident.resolved_at:
        facts = Facts(
            (
                (say("Noticed"), clock(incident.opened_at)),
                (say("Ended"), clock(incident.resolved_at)),
            )
        )
        return Message(*_over(incident), (_end(incident), facts, _number(incident)))
    blocks: tuple[Block, ...] = (
        Text(last_heard(incident.heard_at, incident.said, incident.opened_at)),
        *_unknown(incident),
        Text(say("What to do:")),
        Items(_to_do(incident)),
        _number(incident),
    )
    tone = Tone.BROKEN if incident.kind is WatchedKind.WEB else Tone.WARNING
    return Message(headline(incident.kind, incident.name, incident.trouble), tone, blocks)


def silence_reply(incident: WatchedIncidentView) -> Message:
    """The reply in the card's thread: how the silence ended."""
    return Message(*_over(incident), (_end(incident),))


def last_heard(heard_at: datetime | None, said: str, now: datetime) -> str:
    """What was heard last, and when, in a sentence."""
    if heard_at is None:
        return say("It has never reported.")
    words = _LAST_SAID if said else _LAST
    what = retold(clip(said, _SAID_LIMIT))
    return say(words, at=clock(heard_at), length=lasted(heard_at, now), said=what)


@speaking(ENGLISH)
def heard_words(trouble: Trouble, heard_at: datetime, before: datetime | None, said: str) -> str:
    """The end of a silence that began after `before`, with what is heard now."""
    what = f": {clip(said, _SAID_LIMIT)}" if said else ""
    heard = f"Reported {'again' if before else 'for the first time'} at {clock(heard_at)}{what}."
    if trouble is Trouble.UNFINISHED:
        return f"{heard} How the one before ended was never reported."
    return f"{heard} It was silent for {lasted(before, heard_at)}." if before else heard


def not_expected_words() -> str:
    """The end of a silence because nobody waits for the source any more."""
    return _NOT_EXPECTED


@speaking(ENGLISH)
def report_said(host_branch: str | None, host_sha: str | None) -> str:
    """What a Guard said last."""
    return (
        f"a report on {clip(host_branch)} at {short(host_sha or '')}"
        if host_branch
        else "a registration"
    )


@speaking(ENGLISH)
def run_said(conclusion: str | None, host_branch: str, host_sha: str) -> str:
    """What a browser canary said last."""
    words = _RUNS[Conclusion(conclusion or Conclusion.NOTHING)]
    return say(words, branch=clip(host_branch), commit=short(host_sha))


@speaking(ENGLISH)
def cron_said(exit_code: int | None, *, failed: bool) -> str:
    """What a cron job said last."""
    code = f" with exit code {exit_code}" if exit_code else ""
    return f"it failed{code}" if failed else "it finished"


@speaking(ENGLISH)
def delivery_said(event: str) -> str:
    """What GitHub said last."""
    return f"a delivery of {clip(event)}"


def number(incident: WatchedIncidentView) -> str:
    """The name of a source's incident: "Source incident 12"."""
    if incident.kind is WatchedKind.CANARY:
        return say("Server incident {number}", number=incident.number)
    return say("Source incident {number}", number=incident.number)


def _is_run(kind: WatchedKind, trouble: Trouble) -> bool:
    return kind is WatchedKind.CANARY and trouble is Trouble.UNFINISHED


def _to_do(incident: WatchedIncidentView) -> tuple[str, ...]:
    steps = [say(step, name=clip(incident.name)) for step in WATCHED[incident.kind].to_do]
    if incident.trouble is Trouble.UNFINISHED:
        steps[1:] = [say(_UNFINISHED)]
    return tuple(steps) if WATCHED[incident.kind].own_times else (*steps, say(_REGULAR))


def _unknown(incident: WatchedIncidentView) -> tuple[Text, ...]:
    if not incident.unknown:
        return ()
    words = count(
        incident.unknown,
        "What it said counts as unknown until it reports again: {number} verdict.",
        "What it said counts as unknown until it reports again: {number} verdicts.",
    )
    return (Text(words),)


def _over(incident: WatchedIncidentView) -> tuple[str, Tone]:
    name = titled(incident.kind, incident.name)
    if not is_heard(incident):
        return say("{source} is not waited for any more", source=name), Tone.INFO
    if incident.kind is WatchedKind.WEB:
        return say("Pluginwatch listens again"), Tone.HEALTHY
    if incident.trouble is Trouble.NEVER:
        return say("{source} reports", source=name), Tone.HEALTHY
    return say("{source} reports again", source=name), Tone.HEALTHY


def _end(incident: WatchedIncidentView) -> Text:
    return Text(retold(clip(incident.resolution or "", 1_000)))


def _number(incident: WatchedIncidentView) -> Text:
    return Text(number(incident), quiet=True)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
