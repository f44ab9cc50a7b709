"""The card of an incident: posted once to a channel, then edited in place.

It is stored, so it tells no ages.
"""

from collections.abc import Sequence
from datetime import datetime

from models.messages.evidence import (
    accusation,
    commit_facts,
    evidence_links,
    fix_links,
    seen_on,
)
from models.messages.incident_care import (
    Maintainers,
    care_block,
    incident_buttons,
    maintainers_block,
)
from models.messages.issue_form import issue_links
from models.messages.kept import retold
from models.messages.message import Block, Code, Facts, Items, Message, Text, Tone
from models.messages.pages import incident_page
from models.messages.pin import proposal
from models.messages.suspects import likely_blocks
from models.messages.times import clock, lasted
from models.messages.words import clip, error_line, ordinal, short, tone
from models.rules.incidents import FIELD_EVIDENCE
from models.rules.sources import NO_ERROR, descriptor
from models.rules.speaking import say
from models.views import IncidentView
from models.views.rush import NamedIncident

_WHY_LIMIT = 300


def incident_card(
    incident: IncidentView,
    others: Sequence[IncidentView] = (),
    *,
    files: bool = False,
    maintainers: Maintainers | None = None,
) -> Message:
    """What broke, where, since when, whom to suspect, and the error's own line; the rest stands in its thread.

    Once it is resolved: how long it was broken. `others` are the incidents of the plugin that fails so on other host
    branches, and `files` means that issues are filed from here. While it is open, the card names the plugin's
    recognised `maintainers`, or says that there are none; None says nothing of them.
    """
    if incident.resolved_at is None:
        return _open_card(incident, others, maintainers, files=files)
    return _resolved_card(incident, others)


def subject(incident: NamedIncident) -> str:
    """The plugin and its branch: "discourse-foo (main)"."""
    return f"{clip(incident.plugin.handle)} ({clip(incident.plugin_branch)})"


def on_host(incident: NamedIncident) -> str:
    """The plugin and its branch, and where: "discourse-foo (main) on tests-passed"."""
    return say("{plugin} on {host}", plugin=subject(incident), host=clip(incident.host_branch))


def headline(incident: NamedIncident) -> str:
    """The incident in one line: "discourse-foo (main) does not load on tests-passed"."""
    claim = incident.verdict.claim(subject(incident), clip(incident.host_branch))
    if incident.origin == FIELD_EVIDENCE:
        return say("Client sites report: {claim}", claim=claim)
    return claim


def doubt(incident: IncidentView) -> tuple[Block, ...]:
    """That it may be bad luck, where one report alone says so."""
    if incident.confirmed or incident.resolved_at:
        return ()
    return (
        Text(say("One report alone says so: it may be bad luck. A second one would be announced.")),
    )


def pinned(incident: IncidentView) -> tuple[Block, ...]:
    """At which older commit it works, where sites run that one, and when it ends."""
    if not incident.pinned_sha or incident.resolved_at:
        return ()
    words = say("Works where pinned, at {commit}.", commit=short(incident.pinned_sha))
    end = say("It ends when all that failed run that commit.")
    return (Text(f"{words} {end}"),)


def ending(incident: IncidentView) -> str:
    """How the incident ended, and the end in one line."""
    if incident.closed:
        return say("Closed: {what}", what=recovery(incident))
    return say("Recovered: {what}", what=recovery(incident))


def recovery(incident: NamedIncident) -> str:
    """The end of the incident in one line."""
    if incident.closed:
        return f"{on_host(incident)}: {clip(retold(incident.closed), _WHY_LIMIT)}"
    return say(
        "{plugin} works on {host} again",
        plugin=subject(incident),
        host=clip(incident.host_branch),
    )


def _open_card(
    incident: IncidentView,
    others: Sequence[IncidentView],
    maintainers: Maintainers | None,
    *,
    files: bool,
) -> Message:
    # What only client sites say may be their own trouble, so the card does not look like a verdict.
    mood = Tone.WARNING if incident.origin == FIELD_EVIDENCE else tone(incident.verdict)
    blocks: tuple[Block, ...] = (
        Text(_since(incident)),
        *_elsewhere(others),
        *care_block(incident.care),
        *maintainers_block(maintainers),
        *_outbreak(incident),
        *doubt(incident),
        *pinned(incident),
        Text(accusation(incident)),
        *likely_blocks(incident),
        *evidence_links(incident),
        *_error(incident, say("Error")),
        *_pin(incident),
        *issue_links(incident),
        incident_page(incident.number),
        incident_buttons(incident, files=files),
    )
    return Message(headline(incident), mood, blocks)


def _elsewhere(others: Sequence[IncidentView]) -> tuple[Block, ...]:
    """A line for each other host branch."""
    lines = tuple(_branch_line(other) for other in others)
    return (Items(lines),) if lines else ()


def _branch_line(other: IncidentView) -> str:
    where, since = clip(other.host_branch), clock(other.opened_at)
    if other.resolved_at is None:
        return say(
            "✗ {where}: so too, since {since} (incident {number})",
            where=where,
            since=since,
            number=other.number,
        )
    if other.closed:
        return say(
            "– {where}: closed at {resolved_at} (incident {number})",
            where=where,
            resolved_at=clock(other.resolved_at),
            number=other.number,
        )
    return say(
        "✓ {where}: works again since {resolved_at} (incident {number})",
        where=where,
        resolved_at=clock(other.resolved_at),
        number=other.number,
    )


def _since(incident: IncidentView) -> str:
    seen = seen_on(incident)
    since = clock(incident.opened_at)
    if incident.times <= 1:
        return say("Broken since {since}. {seen}", since=since, seen=seen)
    return say(
        "Broken again, for the {ordinal} time, since {since}. {seen}",
        ordinal=ordinal(incident.times),
        since=since,
        seen=seen,
    )


def _outbreak(incident: IncidentView) -> tuple[Block, ...]:
    if incident.outbreak is None:
        return ()
    return (
        Text(
            say(
                "Part of outbreak {outbreak}: other plugins broke from the same cause.",
                outbreak=incident.outbreak,
            )
        ),
    )


def _pin(incident: IncidentView) -> tuple[Block, ...]:
    """The pin to paste. Until the host's version is read, the thread says how to find it."""
    found = proposal(incident)
    return found.blocks() if found and found.is_ready else ()


def _resolved_card(incident: IncidentView, others: Sequence[IncidentView]) -> Message:
    end = incident.resolved_at or incident.updated_at
    ended = say("Closed") if incident.closed else say("Fixed")
    times = ((say("Broken since"), clock(incident.opened_at)), (ended, clock(end)))
    blocks: tuple[Block, ...] = (
        Text(_length(incident, end)),
        *_elsewhere(others),
        *care_block(incident.care),
        *_outbreak(incident),
        Facts((*times, *commit_facts(incident))),
        *fix_links(incident),
        *_error(incident, say("The error was")),
        incident_page(incident.number),
        incident_buttons(incident),
    )
    return Message(recovery(incident), Tone.INFO if incident.closed else Tone.HEALTHY, blocks)


def _length(incident: IncidentView, end: datetime) -> str:
    length = lasted(incident.opened_at, end)
    if incident.times <= 1:
        return say("It was broken for {length}.", length=length)
    return say(
        "It was broken for {length}. This was the {ordinal} time that it broke.",
        length=length,
        ordinal=ordinal(incident.times),
    )


def _error(incident: IncidentView, label: str) -> tuple[Block, ...]:
    said = error_line(incident.message, incident.backtrace)
    if said:
        return (Code(said, label),)
    source = descriptor(incident.origin)
    return (Text(say(source.no_error if source else NO_ERROR)),)
