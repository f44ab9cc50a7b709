"""Whether the right one is suspected, and the right line proposed."""

from collections.abc import Iterable
from dataclasses import dataclass

from bench.simulator.causes import LONG_AGO, Cause
from bench.simulator.ratio import Ratio
from bench.simulator.running import SimulatorRun
from bench.simulator.story import Traced
from models.messages.pin import proposal
from models.queries.incidents import incident_view
from models.queries.plugins import plugin_of
from models.rules.blame import Suspect
from models.tables import Incident


@dataclass(frozen=True, slots=True)
class Blaming:
    """How often "both" was said where other reports decide; how often a pin that was proposed is right."""

    undecided: Ratio
    pins: Ratio


def blaming(run: SimulatorRun, incidents: Iterable[Traced]) -> Blaming:
    """Look at each incident of real causes as it stood when it ended. What is right of one of them is right."""
    decidable = undecided = right = proposed = 0
    for each in incidents:
        causes = each.told
        if not causes or each.is_field:
            continue
        if _both_moved(each.row) and any(_is_decided(run, each, cause) for cause in causes):
            decidable += 1
            is_one_of_them = len({cause.guilty for cause in causes}) == 1
            undecided += each.row.suspect == Suspect.BOTH and is_one_of_them
        pin = _pin(run, each.row)
        if pin:
            proposed += 1
            right += any(_is_right(run, each, cause, pin) for cause in causes)
    return Blaming(Ratio(undecided, decidable), Ratio(right, proposed))


def _both_moved(row: Incident) -> bool:
    if row.good_plugin_sha is None or not row.bad_host_sha:
        return False
    return row.good_plugin_sha != row.bad_plugin_sha and row.good_host_sha != row.bad_host_sha


def _is_decided(run: SimulatorRun, incident: Traced, cause: Cause) -> bool:
    """Whether other reports, told before it was over, show who is to blame."""
    end = incident.openings[0].until or run.world.end
    plugin, branch = incident.place
    sha, host = incident.row.bad_plugin_sha, incident.row.bad_host_sha
    tested = run.truth.tested.get((plugin, sha))
    ci_sees_it = branch == "tests-passed" and cause.layer in {"load", "tests"}
    if ci_sees_it and tested is not None and tested <= end:
        return True
    unmoved: set[int] = set()
    for victim in cause.victims:
        for name in run.world.host:
            for bad in run.truth.bad.get((victim.plugin, name), ()):
                # CI names no host commit, and so shows of none that it stood still.
                is_other = bad.line.cause != cause.number or not bad.line.host_sha
                if bad.arrived > end or is_other:
                    continue
                if bad.moved == "plugin" and bad.line.plugin_sha == sha:
                    return True
                if bad.moved == "host" and name == branch and bad.line.host_sha == host:
                    unmoved.add(victim.plugin)
    return len(unmoved - {plugin}) >= 2


def _pin(run: SimulatorRun, row: Incident) -> str:
    """The line that the card proposes; empty where it proposes none."""
    with run.database.read() as session:
        found = proposal(incident_view(row, plugin_of(session, row.plugin_id)))
    return found.line if found else ""


def _is_right(run: SimulatorRun, incident: Traced, cause: Cause, pin: str) -> bool:
    """Whether the line sends the sites that need it to a commit that works there.

    Where the host is guilty, or older hosts lack what the plugin needs, no good commit is known on the new host: older
    hosts are to be spared. Where the plugin is, all are to go back.
    """
    plugin, branch = incident.place
    line = run.world.plugins[plugin].line
    good = next(each for each in line.commits if each.sha == incident.row.good_plugin_sha)
    victim = next(each for each in cause.victims if each.plugin == plugin)
    hosts = run.world.host[branch].commits
    before = next(each for each in hosts if each.sha == incident.row.good_host_sha)
    after = next(each for each in hosts if each.sha == incident.row.bad_host_sha)
    host = after if pin.startswith("<=") else before
    if cause.fails(victim, good.content, host.content):
        return False
    return cause.guilty == "host" or victim.since is LONG_AGO or pin.startswith("<=")
