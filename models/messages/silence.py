"""A source that is silent: what its card says, and how each kind of source is called."""

from datetime import datetime

from models.messages.message import Block, Facts, Items, Message, Text, Tone
from models.messages.times import clock, lasted
from models.messages.words import clip, count, short
from models.rules.silence import SourceKind, Trouble
from models.rules.smoke import Conclusion
from models.views.sources import SourceIncidentView

_NAMES = {
    SourceKind.GUARD: "the Plugin Guard of {}",
    SourceKind.SITE: "the Plugin Guard of the client site {}",
    SourceKind.CANARY: "the browser canary of {}",
    SourceKind.CRON: "the cron job {}",
    SourceKind.GITHUB: "GitHub",
    SourceKind.WEB: "the web process of Pluginwatch",
}
_CLAIMS = {
    Trouble.FAILING: "fails",
    Trouble.SILENT: "is silent",
    Trouble.NEVER: "has never been heard",
    Trouble.UNFINISHED: "began and never finished",
    Trouble.FLOODING: "reports more than anybody can look at",
}
_RUNS = {
    Conclusion.PASSED: "a smoke test that passed",
    Conclusion.FAILED: "a smoke test that failed",
    Conclusion.NOTHING: "a smoke test that proves nothing",
}
_TO_DO = {
    SourceKind.GUARD: (
        "Does the server run, and was it rebuilt? The Guard reports each time that the server starts, and only then.",
        "Has the Guard this address and a valid key? When each key was used last: python -m models keys list",
    ),
    SourceKind.SITE: (
        "Guards of client sites register every hour: ask whoever runs the site whether it still has one.",
        "If the site is gone, revoke its key: python -m models keys revoke KEY",
    ),
    SourceKind.CANARY: (
        "Does the canary's schedule run? A run is due every day. How the last ones went: /plugin canary {}",
        "Can the canary reach this server, and is its key valid?",
    ),
    SourceKind.CRON: (
        "Look at the job on its server: does cron run it, and what does its own log say?",
        "Can its server reach this address, and does it call the whole of it?",
    ),
    SourceKind.GITHUB: (
        "Look at the webhook's, or the App's, recent deliveries on GitHub: do they fail, and with what?",
        "Is the address the right one, and the secret the same as GITHUB_WEBHOOK_SECRET?",
    ),
    SourceKind.WEB: (
        "Nobody can be heard while it is away, so nobody else counts as silent now.",
        "Start it (python -m webhooks) and look at its log. What Guards say meanwhile is lost: they do not try again.",
    ),
}
_UNFINISHED = "Something stopped it in the middle: look at the machine that it runs on."
_REGULAR = "If this is its rhythm, or if it is gone for good: python -m models sources --help"
_NOT_EXPECTED = "It is not waited for any more: its key was revoked, or an operator said so."
_SAID_LIMIT = 160


def is_heard(incident: SourceIncidentView) -> bool:
    """Whether the silence ended because the source was heard, not because nobody waits for it."""
    return incident.resolved_at is not None and incident.resolution != _NOT_EXPECTED


def named(kind: SourceKind, name: str) -> str:
    """The source as part of a sentence: "the cron job backup"."""
    return _NAMES[kind].format(clip(name))


def titled(kind: SourceKind, name: str) -> str:
    """The same at the start of a sentence: "The cron job backup"."""
    return _capital(named(kind, name))


def headline(kind: SourceKind, name: str, trouble: Trouble) -> str:
    """What is wrong in one line: "The cron job backup is silent"."""
    if kind is SourceKind.WEB:
        return "Pluginwatch does not listen: its web process is away"
    claim = "has a smoke test that never finished" if _is_run(kind, trouble) else _CLAIMS[trouble]
    return f"{titled(kind, name)} {claim}"


def silence_card(incident: SourceIncidentView) -> Message:
    """Who is silent, what was heard last and when, and what to do.

    Once the silence is over: how long it lasted.
    """
    if incident.resolved_at:
        facts = Facts((("Noticed", clock(incident.opened_at)), ("Ended", clock(incident.resolved_at))))
        return Message(*_over(incident), (_end(incident), facts, _number(incident)))
    blocks: tuple[Block, ...] = (
        Text(last_heard(incident.heard_at, incident.said, incident.opened_at)),
        *_unknown(incident),
        Text("What to do:"),
        Items(_to_do(incident)),
        _number(incident),
    )
    tone = Tone.BROKEN if incident.kind is SourceKind.WEB else Tone.WARNING
    return Message(headline(incident.kind, incident.name, incident.trouble), tone, blocks)


def silence_reply(incident: SourceIncidentView) -> Message:
    """The reply in the card's thread: how the silence ended."""
    return Message(*_over(incident), (_end(incident),))


def last_heard(heard_at: datetime | None, said: str, now: datetime) -> str:
    """What was heard last, and when, in a sentence."""
    if heard_at is None:
        return "Nothing was ever heard of it."
    what = f": {clip(said, _SAID_LIMIT)}" if said else ""
    return f"Last heard at {clock(heard_at)}, {lasted(heard_at, now)} before this{what}."


def heard_words(trouble: Trouble, heard_at: datetime, before: datetime | None, said: str) -> str:
    """The end of a silence that began after `before`, with what is heard now."""
    what = f": {clip(said, _SAID_LIMIT)}" if said else ""
    heard = f"Heard {'again' if before else 'for the first time'} at {clock(heard_at)}{what}."
    if trouble is Trouble.UNFINISHED:
        return f"{heard} How the one before ended was never told."
    return f"{heard} It was silent for {lasted(before, heard_at)}." if before else heard


def not_expected_words() -> str:
    """The end of a silence because nobody waits for the source any more."""
    return _NOT_EXPECTED


def report_said(host_branch: str | None, host_sha: str | None) -> str:
    """What a Guard said last."""
    return f"a report on {clip(host_branch)} at {short(host_sha or '')}" if host_branch else "a registration"


def run_said(conclusion: str | None, host_branch: str, host_sha: str) -> str:
    """What a browser canary said last."""
    return f"{_RUNS[Conclusion(conclusion or Conclusion.NOTHING)]} on {clip(host_branch)} at {short(host_sha)}"


def cron_said(exit_code: int | None, *, failed: bool) -> str:
    """What a cron job said last."""
    code = f" with exit code {exit_code}" if exit_code else ""
    return f"it failed{code}" if failed else "it finished"


def delivery_said(event: str) -> str:
    """What GitHub said last."""
    return f"a delivery of {clip(event)}"


def number(incident: SourceIncidentView) -> str:
    """The name of a source's incident: "Source incident 12"."""
    return f"{'Server' if incident.kind is SourceKind.CANARY else 'Source'} incident {incident.number}"


def _is_run(kind: SourceKind, trouble: Trouble) -> bool:
    return kind is SourceKind.CANARY and trouble is Trouble.UNFINISHED


def _to_do(incident: SourceIncidentView) -> tuple[str, ...]:
    steps = [step.format(clip(incident.name)) for step in _TO_DO[incident.kind]]
    if incident.trouble is Trouble.UNFINISHED:
        steps[1:] = [_UNFINISHED]
    return tuple(steps) if incident.kind in {SourceKind.WEB, SourceKind.CRON} else (*steps, _REGULAR)


def _unknown(incident: SourceIncidentView) -> tuple[Text, ...]:
    if not incident.unknown:
        return ()
    return (Text(f"What it said counts as unknown until it is heard again: {count(incident.unknown, 'verdict')}."),)


def _over(incident: SourceIncidentView) -> tuple[str, Tone]:
    name = titled(incident.kind, incident.name)
    if not is_heard(incident):
        return f"{name} is not waited for any more", Tone.INFO
    if incident.kind is SourceKind.WEB:
        return "Pluginwatch listens again", Tone.HEALTHY
    return f"{name} is heard{'' if incident.trouble is Trouble.NEVER else ' again'}", Tone.HEALTHY


def _end(incident: SourceIncidentView) -> Text:
    return Text(clip(incident.resolution or "", 1_000))


def _number(incident: SourceIncidentView) -> Text:
    return Text(number(incident), quiet=True)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
