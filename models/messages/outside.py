"""What is said outside of chat: in mails to a plugin's contacts, in topics, and by webhook."""

import json
from datetime import datetime
from itertools import chain

from models.messages.evidence import evidence_links, fix_links
from models.messages.filing import incident_facts, recovery_comment, recurrence_comment
from models.messages.incident import ending, headline
from models.messages.message import Block, Code, Message, Text, Tone
from models.messages.story import BACKTRACE_LIMIT, ERROR_LIMIT
from models.messages.times import clock
from models.messages.words import clip
from models.rules.blame import Pair
from models.rules.excerpt import cut_middle
from models.rules.incidents import StoryKind
from models.rules.inert import inert
from models.rules.languages import ENGLISH
from models.rules.speaking import speaking
from models.views import IncidentView

_HOOKS = {
    StoryKind.OPENED: "incident.opened",
    StoryKind.REOPENED: "incident.reopened",
    StoryKind.CONFIRMED: "incident.opened",
    StoryKind.RESOLVED: "incident.resolved",
}
_CHANGED = "incident.changed"

_NAME_LIMIT = 250  # what git and GitHub allow


@speaking(ENGLISH)
def broken_mail(incident: IncidentView) -> Message:
    """To a plugin's contacts: it broke."""
    opening = Text(f"It has been broken since {clock(incident.opened_at)}.")
    blocks = (opening, *incident_facts(incident), *_footer(incident))
    return Message(headline(incident), Tone.BROKEN, blocks)


@speaking(ENGLISH)
def broken_again_mail(incident: IncidentView) -> Message:
    """To a plugin's contacts: it broke again."""
    blocks = (*recurrence_comment(incident).blocks, *_footer(incident))
    return Message(f"Again: {headline(incident)}", Tone.BROKEN, blocks)


@speaking(ENGLISH)
def recovered_mail(incident: IncidentView) -> Message:
    """To a plugin's contacts: it works again."""
    blocks = (*recovery_comment(incident).blocks, *_footer(incident))
    return Message(ending(incident), Tone.INFO if incident.closed else Tone.HEALTHY, blocks)


@speaking(ENGLISH)
def topic(incident: IncidentView) -> Message:
    """A topic on a Discourse site."""
    opening = Text(f"It has been broken since {clock(incident.opened_at)}.")
    followed = Text("Pluginwatch says here when it works again.", quiet=True)
    # A site may refuse a second topic of the same title.
    title = f"{headline(incident)}, incident {incident.number}"
    return Message(title, Tone.BROKEN, (opening, *incident_facts(incident), followed))


@speaking(ENGLISH)
def hook(incident: IncidentView, kind: StoryKind, now: datetime) -> Message:
    """The event for machines: its type as the title, and its JSON as the only block.

    The format is stable: fields may be added, and none is renamed or removed.
    """
    body = {"type": _HOOKS.get(kind, _CHANGED), "timestamp": _at(now), "data": _data(incident)}
    return Message(str(body["type"]), Tone.INFO, (Code(json.dumps(body, ensure_ascii=True)),))


def _data(incident: IncidentView) -> dict[str, object]:
    found = list(evidence_links(incident))
    if incident.resolved_at:
        found += fix_links(incident)
    pairs = chain.from_iterable(block.links for block in found)
    return {
        "incident": incident.number,
        "plugin": {
            "handle": _name(incident.plugin.handle),
            "repository": _name(incident.plugin.repository),
        },
        "plugin_branch": _name(incident.plugin_branch),
        "host_branch": _name(incident.host_branch),
        "verdict": _verdict(incident),
        "evidence": str(incident.origin),
        "suspect": str(incident.suspect),
        "opened_at": _at(incident.opened_at),
        "resolved_at": _at(incident.resolved_at) if incident.resolved_at else None,
        "closed": incident.closed or None,
        "times": incident.times,
        "commits": {
            "last_good": _pair(incident.last_good),
            "first_bad": _pair(incident.first_bad),
            "newest": _pair(incident.last_bad),
        },
        "message": _cut(incident.message, ERROR_LIMIT),
        "backtrace": _cut(incident.backtrace, BACKTRACE_LIMIT),
        "links": [{"label": label, "url": address} for label, address in pairs],
    }


def _verdict(incident: IncidentView) -> str:
    if incident.closed:
        return "unknown"
    return "compatible" if incident.resolved_at else str(incident.verdict)


def _cut(text: str | None, limit: int) -> str | None:
    return cut_middle(text, limit) if text else None


def _pair(commits: Pair | None) -> dict[str, str | None] | None:
    if commits is None or not commits.plugin_sha:
        return None
    return {"plugin": _name(commits.plugin_sha), "host": _name(commits.host_sha) or None}


def _name(text: str) -> str:
    return inert(text)[:_NAME_LIMIT]


def _at(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


@speaking(ENGLISH)
def _footer(incident: IncidentView) -> tuple[Block, ...]:
    handle = clip(incident.plugin.handle)
    words = (
        f"You get this because contact_emails in the plugin.rb of {handle} names this address. It ends when the "
        "address is taken out there."
    )
    return (Text(words, quiet=True),)
