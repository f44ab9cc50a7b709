"""Plugins that should not be used any more, or that nobody keeps."""

from collections.abc import Sequence
from datetime import datetime

from models.messages.blocks import and_more, some_more
from models.messages.message import Message, Table, Text, Tone
from models.messages.times import ago
from models.messages.words import clip, joined
from models.rules.speaking import count, marked, say
from models.views.registry import GivenUpView

_ROWS = 30
_REASON_LIMIT = 160

_HOW = marked(
    "What people know of a plugin they declare: /plugin edit NAME status deprecated because …"
)


def given_up_message(views: Sequence[GivenUpView], now: datetime) -> Message:
    """Each with the reason, and at how many sites it still runs."""
    how = Text(say(_HOW), quiet=True)
    if not views:
        return Message(say("No plugin is deprecated or abandoned"), blocks=(how,))
    title = count(
        len(views),
        "{number} plugin deprecated or abandoned",
        "{number} plugins deprecated or abandoned",
    )
    table = Table(
        (say("Plugin"), say("Why"), say("Still runs at")),
        tuple(_row(view, now) for view in views[:_ROWS]),
    )
    more = and_more(len(views), _ROWS)
    return Message(title, Tone.WARNING, (table, *(Text(each, quiet=True) for each in more), how))


def _row(view: GivenUpView, now: datetime) -> tuple[str, ...]:
    own = f" {clip(view.of)}" if view.of else ""
    return f"{clip(view.handle)}{own}", _why(view, now), _sites(view)


def _why(view: GivenUpView, now: datetime) -> str:
    if view.standing:
        reason = f": {clip(view.reason, _REASON_LIMIT)}" if view.reason else ""
        return f"{view.standing}{reason}"
    parts = []
    if view.pushed_at:
        parts.append(say("last commit {age}", age=ago(view.pushed_at, now)))
    if view.broken_since:
        parts.append(
            say(
                "broken on {host_branch} since {age}",
                host_branch=clip(view.host_branch),
                age=ago(view.broken_since, now),
            )
        )
    return say("abandoned: {why}", why=joined((*parts, say("nobody takes care of it"))))


def _sites(view: GivenUpView) -> str:
    if not view.sites:
        return say("no site")
    sites = count(view.sites, "{number} site", "{number} sites")
    if not view.domains:
        return sites
    named = joined((*map(clip, view.domains), *some_more(view.sites, len(view.domains))))
    return f"{sites}: {named}"
