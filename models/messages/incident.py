"""The card of an incident: posted once to a channel, then edited in place.

It is stored, so it tells no ages.
"""

from collections.abc import Sequence

from models.messages.evidence import (
    accusation,
    artefacts_hint,
    commit_facts,
    evidence_links,
    fix_links,
    run_link,
    seen_on,
)
from models.messages.incident_care import care_block, incident_buttons
from models.messages.issue_form import new_issue_links
from models.messages.message import Block, Code, Facts, Items, Message, Text, Tone
from models.messages.pages import incident_page
from models.messages.pin import proposal
from models.messages.times import clock, lasted
from models.messages.words import claim, clip, error, ordinal, tone
from models.rules.blame import Suspect
from models.rules.ecosystems import Ecosystem
from models.rules.incidents import FIELD_EVIDENCE
from models.rules.sources import NO_ERROR, descriptor
from models.rules.status import Verdict
from models.views import IncidentView

_LOOK_AT = {
    Suspect.HOST: "Look through the host commits linked above for a change to what the error names.",
    Suspect.PLUGIN: "Look through the plugin commits linked above for a change to what the error names.",
    Suspect.BOTH: "Try the old plugin on the new host: if it works, the plugin's commits broke it; if not, the host's.",
    Suspect.NOBODY: "Look at the site itself: its settings, its data, its other plugins, the services that it uses.",
    Suspect.UNKNOWN: "Ask the maintainers whether this plugin is meant to work on this host branch.",
}
# CI does not say on which host commit it ran, so an incident that CI saw first cannot link one.
_LOOK_AT_CI = {
    Suspect.HOST: "Look in the run's log for the host commit that it ran on, and there for what the error names.",
    Suspect.BOTH: "Run CI again on the last good plugin commit: if it fails there too, the host broke it.",
    Suspect.UNKNOWN: "Ask the maintainers whether its tests are meant to pass on this host branch.",
}
# Where there are releases in place of commits, none can be looked through.
_LOOK_AT_RELEASES = {
    Suspect.HOST: "Look in what changed in the host between these versions for what the error names.",
    Suspect.PLUGIN: "Look in what changed in the plugin between these versions for what the error names.",
    Suspect.BOTH: "Try the old plugin on the new host: if it works, the new plugin broke it; if not, the host.",
}


def incident_card(
    incident: IncidentView, others: Sequence[IncidentView] = (), *, files: bool = False
) -> Message:
    """What broke, where, since when, whom to suspect and what to do.

    Once it is resolved: how long it was broken. `others` are the incidents of the plugin that fails so on other host
    branches, and `files` means that issues are filed from here.
    """
    if incident.resolved_at is None:
        return _open_card(incident, others, files=files)
    return _resolved_card(incident, others)


def subject(incident: IncidentView) -> str:
    """The plugin and its branch: "discourse-foo (main)"."""
    return f"{clip(incident.plugin.handle)} ({clip(incident.plugin_branch)})"


def headline(incident: IncidentView) -> str:
    """The incident in one line: "discourse-foo (main) does not load on tests-passed"."""
    said = f"{subject(incident)} {claim(incident.verdict)} {clip(incident.host_branch)}"
    return f"Client sites report: {said}" if incident.origin == FIELD_EVIDENCE else said


def recovery(incident: IncidentView) -> str:
    """The end of the incident in one line."""
    return f"{subject(incident)} {claim(Verdict.COMPATIBLE)} {clip(incident.host_branch)} again"


def _open_card(incident: IncidentView, others: Sequence[IncidentView], *, files: bool) -> Message:
    # What only client sites say may be their own trouble, so the card does not look like a verdict.
    mood = Tone.WARNING if incident.origin == FIELD_EVIDENCE else tone(incident.verdict)
    blocks: tuple[Block, ...] = (
        Text(_since(incident)),
        *_elsewhere(others),
        *care_block(incident.care),
        *_outbreak(incident),
        *_doubt(incident),
        *_error(incident, "Error"),
        Text(accusation(incident)),
        Facts(commit_facts(incident)),
        *evidence_links(incident),
        *_what_to_do(incident),
        *new_issue_links(incident),
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


def _doubt(incident: IncidentView) -> tuple[Block, ...]:
    if incident.confirmed:
        return ()
    return (
        Text("One report alone says so: it may be bad luck. A second one would be told aloud."),
    )


def _what_to_do(incident: IncidentView) -> tuple[Block, ...]:
    handle = clip(incident.plugin.handle)
    steps = []
    if incident.message or incident.backtrace:
        steps.append(f"Read the whole error in this thread, or ask: /plugin log {handle}")
    steps += _look_at_run(incident)
    steps.append(_look(incident))
    pin = proposal(incident)
    if pin is None:
        return (Text("What to do:"), Items(tuple(steps)))
    return (Text("What to do:"), Items((*steps, pin.advice)), *pin.blocks())


def _look_at_run(incident: IncidentView) -> tuple[str, ...]:
    if hint := artefacts_hint(incident):
        return (f"See the run's log and screenshot: {hint}",)
    if run_link(incident):
        return ("Look at the CI run linked above: its log shows which tests failed.",)
    source = descriptor(incident.origin)
    if source is None or not source.newest_run:
        return ()
    return (source.newest_run,)


def _look(incident: IncidentView) -> str:
    if incident.origin == FIELD_EVIDENCE:
        return f"Compare with what the canary servers say: /plugin status {clip(incident.plugin.handle)}"
    if incident.plugin.ecosystem != Ecosystem.DISCOURSE:
        return (_LOOK_AT | _LOOK_AT_RELEASES)[incident.suspect]
    look_at = _LOOK_AT if incident.first_bad.host_sha else _LOOK_AT | _LOOK_AT_CI
    return look_at[incident.suspect]


def _resolved_card(incident: IncidentView, others: Sequence[IncidentView]) -> Message:
    end = incident.resolved_at or incident.updated_at
    times = (("Broken since", clock(incident.opened_at)), ("Fixed", clock(end)))
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
    return Message(recovery(incident), Tone.HEALTHY, blocks)


def _times(incident: IncidentView) -> str:
    if incident.times <= 1:
        return ""
    return f" This was the {ordinal(incident.times)} time that it broke."


def _error(incident: IncidentView, label: str) -> tuple[Block, ...]:
    said = error(incident.message)
    if said:
        return (Code(said, label),)
    source = descriptor(incident.origin)
    return (Text(source.no_error if source else NO_ERROR),)
