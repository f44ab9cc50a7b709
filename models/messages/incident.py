"""The card of an incident: posted once to a channel, then edited in place.

It is stored, so it tells no ages.
"""

from collections.abc import Sequence

from models.messages.evidence import (
    accusation,
    commit_facts,
    evidence_links,
    fix_links,
    seen_on,
)
from models.messages.incident_care import care_block, incident_buttons, maintainers_block
from models.messages.issue_form import issue_links
from models.messages.message import Block, Code, Facts, Items, Message, Text, Tone
from models.messages.pages import incident_page
from models.messages.pin import proposal
from models.messages.suspects import likely_blocks
from models.messages.times import clock, lasted
from models.messages.words import claim, clip, error_line, ordinal, short, tone
from models.rules.incidents import FIELD_EVIDENCE
from models.rules.sources import NO_ERROR, descriptor
from models.rules.status import Verdict
from models.views import IncidentView

_WHY_LIMIT = 300

# Why an incident leaves its outbreak.
PARTED = (
    "The host's commit that fixed others of its outbreak did not fix this, so it has another cause."
)


def incident_card(
    incident: IncidentView,
    others: Sequence[IncidentView] = (),
    *,
    files: bool = False,
    maintainers: Sequence[str] | None = None,
) -> Message:
    """What broke, where, since when, whom to suspect, and the error's own line; the rest stands in its thread.

    Once it is resolved: how long it was broken. `others` are the incidents of the plugin that fails so on other host
    branches, and `files` means that issues are filed from here. Of the plugin's recognised `maintainers`, whose names
    these are, or that there are none, an open one tells unless that is None.
    """
    if incident.resolved_at is None:
        return _open_card(incident, others, maintainers, files=files)
    return _resolved_card(incident, others)


def subject(incident: IncidentView) -> str:
    """The plugin and its branch: "discourse-foo (main)"."""
    return f"{clip(incident.plugin.handle)} ({clip(incident.plugin_branch)})"


def headline(incident: IncidentView) -> str:
    """The incident in one line: "discourse-foo (main) does not load on tests-passed"."""
    said = f"{subject(incident)} {claim(incident.verdict)} {clip(incident.host_branch)}"
    return f"Client sites report: {said}" if incident.origin == FIELD_EVIDENCE else said


def works_where_pinned(sha: str) -> str:
    """The older commit at which it works, in one line."""
    return f"Works where pinned, at {short(sha)}."


def doubt(incident: IncidentView) -> tuple[Block, ...]:
    """That it may be bad luck, where one report alone says so."""
    if incident.confirmed or incident.resolved_at:
        return ()
    return (
        Text("One report alone says so: it may be bad luck. A second one would be told aloud."),
    )


def pinned(incident: IncidentView) -> tuple[Block, ...]:
    """At which older commit it works, where sites run that one, and when it ends."""
    if not incident.pinned_sha or incident.resolved_at:
        return ()
    words = works_where_pinned(incident.pinned_sha)
    return (Text(f"{words} It ends when all that failed run that commit."),)


def left_words(branch: str, default_branch: str) -> str:
    """Why what is broken on a branch is closed: nobody runs it any more. A part of a sentence."""
    told = f"its default branch is {clip(default_branch)}"
    return f"nobody says any more that {clip(branch)} fails, and {told} now"


def moved_words(branch: str, host_branch: str) -> str:
    """Why what is broken on two branches is closed: sites run others now. A part of a sentence."""
    return f"no site runs {clip(branch)} on {clip(host_branch)} any more"


def closed_words(why: str) -> str:
    """The step of the story by which an incident is closed."""
    return f"Closed: {clip(why, _WHY_LIMIT)}."


def ending(incident: IncidentView) -> str:
    """How the incident ended, and the end in one line."""
    return f"{'Closed' if incident.closed else 'Recovered'}: {recovery(incident)}"


def recovery(incident: IncidentView) -> str:
    """The end of the incident in one line."""
    if incident.closed:
        where = f"{subject(incident)} on {clip(incident.host_branch)}"
        return f"{where}: {clip(incident.closed, _WHY_LIMIT)}"
    return f"{subject(incident)} {claim(Verdict.COMPATIBLE)} {clip(incident.host_branch)} again"


def _open_card(
    incident: IncidentView,
    others: Sequence[IncidentView],
    maintainers: Sequence[str] | None,
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
        *_error(incident, "Error"),
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
        return f"✗ {where}: so too, since {since} (incident {other.number})"
    if other.closed:
        return f"– {where}: closed at {clock(other.resolved_at)} (incident {other.number})"
    return f"✓ {where}: works again since {clock(other.resolved_at)} (incident {other.number})"


def _since(incident: IncidentView) -> str:
    broken = "Broken"
    if incident.times > 1:
        broken = f"Broken again, for the {ordinal(incident.times)} time,"
    return f"{broken} since {clock(incident.opened_at)}. {seen_on(incident)}"


def _outbreak(incident: IncidentView) -> tuple[Block, ...]:
    if incident.outbreak is None:
        return ()
    return (
        Text(f"Part of outbreak {incident.outbreak}: other plugins broke from the same cause."),
    )


def _pin(incident: IncidentView) -> tuple[Block, ...]:
    """The pin to paste. Until the host's version is read, the thread says how to find it."""
    found = proposal(incident)
    return found.blocks() if found and found.is_ready else ()


def _resolved_card(incident: IncidentView, others: Sequence[IncidentView]) -> Message:
    end = incident.resolved_at or incident.updated_at
    ended = "Closed" if incident.closed else "Fixed"
    times = (("Broken since", clock(incident.opened_at)), (ended, clock(end)))
    blocks: tuple[Block, ...] = (
        Text(f"It was broken for {lasted(incident.opened_at, end)}.{_times(incident)}"),
        *_elsewhere(others),
        *care_block(incident.care),
        *_outbreak(incident),
        Facts((*times, *commit_facts(incident))),
        *fix_links(incident),
        *_error(incident, "The error was"),
        incident_page(incident.number),
        incident_buttons(incident),
    )
    return Message(recovery(incident), Tone.INFO if incident.closed else Tone.HEALTHY, blocks)


def _times(incident: IncidentView) -> str:
    if incident.times <= 1:
        return ""
    return f" This was the {ordinal(incident.times)} time that it broke."


def _error(incident: IncidentView, label: str) -> tuple[Block, ...]:
    said = error_line(incident.message, incident.backtrace)
    if said:
        return (Code(said, label),)
    source = descriptor(incident.origin)
    return (Text(source.no_error if source else NO_ERROR),)
