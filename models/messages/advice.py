"""What to do about an open incident, below its error: in its thread, and behind the button *Details*."""

from models.messages.evidence import artefacts_hint, run_link
from models.messages.issue_form import new_issue_links
from models.messages.message import Block, Items, Text
from models.messages.pin import proposal
from models.messages.words import clip
from models.rules.blame import Suspect
from models.rules.ecosystems import Ecosystem
from models.rules.incidents import FIELD_EVIDENCE
from models.rules.sources import descriptor
from models.rules.speaking import marked, say
from models.views import IncidentView

_LOOK_AT = {
    Suspect.HOST: marked(
        "Look through the host commits since it worked for a change to what the error names."
    ),
    Suspect.PLUGIN: marked(
        "Look through the plugin commits since it worked for a change to what the error names."
    ),
    Suspect.BOTH: marked(
        "Try the old plugin on the new host: if it works, the plugin's commits broke it; if not, the host's."
    ),
    Suspect.NOBODY: marked(
        "Look at the site itself: its settings, its data, its other plugins, the services that it uses."
    ),
    Suspect.UNKNOWN: marked(
        "Ask the maintainers whether this plugin is meant to work on this host branch."
    ),
}
# CI does not say on which host commit it ran, so an incident that CI saw first cannot link one.
_LOOK_AT_CI = {
    Suspect.HOST: marked(
        "Look in the run's log for the host commit that it ran on, and there for what the error names."
    ),
    Suspect.BOTH: marked(
        "Run CI again on the last good plugin commit: if it fails there too, the host broke it."
    ),
    Suspect.UNKNOWN: marked(
        "Ask the maintainers whether its tests are meant to pass on this host branch."
    ),
}
# Where there are releases in place of commits, none can be looked through.
_LOOK_AT_RELEASES = {
    Suspect.HOST: marked(
        "Look in what changed in the host between these versions for what the error names."
    ),
    Suspect.PLUGIN: marked(
        "Look in what changed in the plugin between these versions for what the error names."
    ),
    Suspect.BOTH: marked(
        "Try the old plugin on the new host: if it works, the new plugin broke it; if not, the host."
    ),
}


def advice(incident: IncidentView) -> tuple[Block, ...]:
    """The steps to take, the pin to propose, and the form for an issue; nothing once it is resolved."""
    if incident.resolved_at:
        return ()
    steps = (*_look_at_run(incident), _look(incident))
    pin = proposal(incident)
    if pin is None:
        return (Text(say("What to do:")), Items(steps), *new_issue_links(incident))
    told = (Text(say("What to do:")), Items((*steps, pin.advice)), *pin.blocks())
    return (*told, *new_issue_links(incident))


def _look_at_run(incident: IncidentView) -> tuple[str, ...]:
    if hint := artefacts_hint(incident):
        return (say("See the run's log and screenshot: {hint}", hint=hint),)
    if run_link(incident):
        return (say("Look at the CI run linked above: its log shows which tests failed."),)
    source = descriptor(incident.origin)
    if source is None or not source.newest_run:
        return ()
    return (say(source.newest_run),)


def _look(incident: IncidentView) -> str:
    if incident.origin == FIELD_EVIDENCE:
        return say(
            "Compare with what the canary servers say: /plugin status {handle}",
            handle=clip(incident.plugin.handle),
        )
    if incident.plugin.ecosystem != Ecosystem.DISCOURSE:
        return say((_LOOK_AT | _LOOK_AT_RELEASES)[incident.suspect])
    look_at = _LOOK_AT if incident.first_bad.host_sha else _LOOK_AT | _LOOK_AT_CI
    return say(look_at[incident.suspect])
