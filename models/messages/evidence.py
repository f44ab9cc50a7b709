"""What an incident rests on: who saw it, whom to suspect, the commits that worked and failed, and
where to look.
"""

from models.messages import links
from models.messages.blocks import known_links
from models.messages.message import Links
from models.messages.words import clip, pair
from models.rules.blame import Proof, Suspect
from models.rules.ecosystems import Ecosystem
from models.rules.incidents import FIELD_EVIDENCE
from models.rules.sources import descriptor
from models.rules.speaking import count, marked, say
from models.views import IncidentView

_ACCUSATIONS = {
    Suspect.HOST: marked(
        "Suspect: the host. Since it last worked, only the host has changed, not the plugin."
    ),
    Suspect.PLUGIN: marked(
        "Suspect: the plugin. Since it last worked, only the plugin has changed, not the host."
    ),
    Suspect.BOTH: marked(
        "Suspect: the host or the plugin. Both have changed since it last worked."
    ),
    Suspect.NOBODY: marked(
        "No suspect: the very same commits worked before, so neither the host nor the plugin has changed."
    ),
    Suspect.UNKNOWN: marked(
        "No suspect: no report of it working on this host branch was ever received."
    ),
}
# CI runs on the newest host commit, and does not say which one that was.
_CI_ACCUSATIONS = {
    Suspect.HOST: marked(
        "Suspect: the host. CI passed on this very plugin commit before, so the plugin has not changed."
    ),
    Suspect.BOTH: marked(
        "Suspect: the plugin or the host. The plugin has changed since CI passed, and the host may have."
    ),
    Suspect.UNKNOWN: marked("No suspect: CI was never seen to pass on this plugin branch."),
}
# Where both had changed since it worked, and other reports tell which of them it was.
_PROOFS = {
    Proof.ELSEWHERE: marked(
        "Suspect: the plugin. The same commit of it fails so on {place} too, where the host had not changed."
    ),
    Proof.SITES: marked(
        "Suspect: the plugin. The same commit of it fails so on client sites too, whose host had not changed."
    ),
    Proof.ALIKE: marked(
        "Suspect: the host. Since the same host commit other plugins fail so, too, which had not changed."
    ),
    Proof.BEFORE: marked(
        "Suspect: the host. It fails so on {place} too, where the plugin had not changed."
    ),
    Proof.WORKS: marked(
        "Suspect: the host. The same commit of the plugin works on {place}, whose host is older."
    ),
    Proof.TESTS: marked("Suspect: the host. CI passed on this very commit of the plugin."),
}
_FIELD_ACCUSES_NOBODY = marked("No suspect: client sites alone do not show which change broke it.")
_BUNDLED = marked(
    "Suspect: the host, whose repository holds the plugin: both are of the same commit."
)
_NOT_TOLD = marked("No suspect: since which commits it fails is not shown here.")


def seen_on(incident: IncidentView) -> str:
    """Who reported the failure: the site, and how many client sites say the same."""
    source = descriptor(incident.origin)
    if source is None:
        return say("{sites}; no canary server has confirmed it.", sites=sites(incident))
    seen = say(source.seen)
    if incident.said_by:
        seen = say(source.seen_at, place=clip(incident.said_by))
    if incident.failing_sites:
        return say("{seen}; {sites} too.", seen=seen, sites=sites(incident))
    return f"{seen}."


def sites(incident: IncidentView) -> str:
    """How many client sites say the same. Client sites are never named."""
    return count(
        incident.failing_sites,
        "{number} client site reports it",
        "{number} client sites report it",
    )


def accusation(incident: IncidentView) -> str:
    """Whom to suspect and why. It says what moved, never who is guilty."""
    if incident.origin == FIELD_EVIDENCE and incident.suspect is Suspect.UNKNOWN:
        return say(_FIELD_ACCUSES_NOBODY)
    if not incident.first_bad.plugin_sha:
        return say(_NOT_TOLD)
    if incident.proof:
        return say(_PROOFS[incident.proof], place=clip(incident.proof_where))
    if incident.first_bad.is_bundled and incident.suspect is Suspect.HOST:
        return say(_BUNDLED)
    if not incident.first_bad.host_sha:
        return say(_CI_ACCUSATIONS.get(incident.suspect, _ACCUSATIONS[incident.suspect]))
    return say(_ACCUSATIONS[incident.suspect])


def commit_facts(incident: IncidentView) -> tuple[tuple[str, str], ...]:
    """The pairs of commits: the last that worked, the first that failed, and the newest one.

    The newest one still fails, or works again.
    """
    facts = [(say("Last worked"), incident.last_good), (say("First failed"), incident.first_bad)]
    if incident.resolved_at and not incident.closed:
        facts.append((say("Works again"), incident.last_bad))
    elif incident.last_bad != incident.first_bad:
        facts.append((say("Still fails"), incident.last_bad))
    known = [(label, commits) for label, commits in facts if commits and commits.plugin_sha]
    return tuple((label, pair(commits)) for label, commits in known)


def run_link(incident: IncidentView) -> str | None:
    """The CI run that saw the failure last; None where its source has no pages of runs."""
    source = descriptor(incident.origin)
    if source is None or source.run_page is None or incident.reference is None:
        return None
    return links.ci_run(incident.plugin.repository, incident.reference, source.run_page)


def evidence_links(incident: IncidentView) -> tuple[Links, ...]:
    """What to look through: the CI run, and the commits that came between working and failing.

    Without a run and such commits, the commits at which it failed.
    """
    repository, bad = incident.plugin.repository, incident.first_bad
    good = incident.last_good or bad
    if incident.plugin.ecosystem != Ecosystem.DISCOURSE:
        return _release_links(incident, good.plugin_sha, bad.plugin_sha)
    run = (say("CI run"), run_link(incident))
    host = links.compare(links.HOST, good.host_sha, bad.host_sha)
    plugin = links.compare(repository, good.plugin_sha, bad.plugin_sha)
    moved = (
        (say("Host commits since it worked"), host),
        (say("Plugin commits since it worked"), None if bad.is_bundled else plugin),
    )
    if any(address for _, address in moved):
        return known_links(run, *moved)
    return known_links(
        run,
        (say("Host at the failure"), links.commit(links.HOST, bad.host_sha)),
        (
            say("Plugin at the failure"),
            None if bad.is_bundled else links.commit(repository, bad.plugin_sha),
        ),
    )


def artefacts_hint(incident: IncidentView) -> str:
    """The command that shows the run's log and screenshot; empty for sources that keep none."""
    source = descriptor(incident.origin)
    if source is None or not source.artefacts or not incident.said_by:
        return ""
    server = clip(incident.said_by)
    if " " in server:
        server = f"“{server}”"
    return source.artefacts.format(server)


def fix_links(incident: IncidentView) -> tuple[Links, ...]:
    """The commits between the first failure and the report that ended it, where one did."""
    if incident.closed:
        return ()
    bad, fixed = incident.first_bad, incident.last_bad
    if incident.plugin.ecosystem != Ecosystem.DISCOURSE:
        return _release_links(incident, fixed.plugin_sha, fixed.plugin_sha)
    plugin = links.compare(incident.plugin.repository, bad.plugin_sha, fixed.plugin_sha)
    host = links.compare(links.HOST, bad.host_sha, fixed.host_sha)
    return known_links(
        (say("Plugin commits up to the fix"), None if fixed.is_bundled else plugin),
        (say("Host commits up to the fix"), host),
    )


def _release_links(incident: IncidentView, first: str, last: str) -> tuple[Links, ...]:
    """The releases of a plugin whose versions are told; where it came from Git, the commits between
    these two.
    """
    plugin = incident.plugin
    if plugin.ecosystem != Ecosystem.PYTHON:
        return ()
    if links.is_whole_sha(first) and links.is_whole_sha(last):
        between = links.compare(plugin.repository, first, last)
        return known_links((say("Plugin commits since it worked"), between))
    return known_links((say("Releases of the plugin"), links.releases(plugin.repository)))
