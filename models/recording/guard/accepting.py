"""Which lines of a report are taken, and what is answered of the others."""

from models.events import GuardReport, Observation, Outcome
from models.events.lines import PluginError
from models.recording.guard.batch import Batch
from models.recording.guard.lines import Line, Visit
from models.recording.guard.new_names import REFUSED as TOO_MANY_NEW
from models.recording.guard.sites import REFUSED as TOO_MANY_SITES
from models.recording.verdicts.changes import Key
from models.rules.blame import Pair
from models.rules.key_limits import KeyLimit
from models.rules.status import Verdict


def accept(visit: Visit, batch: Batch) -> tuple[Outcome, list[Line]]:
    """What to answer: which lines count, and which are refused for which reason; and those that are to be studied."""
    report = visit.report
    if report.reporter.key_id not in batch.live_keys:
        return Outcome(refused="this API key was revoked"), []
    site_id = batch.site_id(report)
    if site_id is None:
        return Outcome(
            errors=tuple(PluginError(seen.name, TOO_MANY_SITES) for seen in report.observations)
        ), []
    if batch.is_steady(report):
        return Outcome(tuple([seen.name for seen in report.observations]), report.rejected), []
    return _accept_each(visit, batch, site_id)


def _accept_each(visit: Visit, batch: Batch, site_id: int) -> tuple[Outcome, list[Line]]:
    report = visit.report
    left = batch.new_names.left(report)
    accepted: list[str] = []
    lines: list[Line] = []
    errors = list(report.rejected)
    ids, moving = batch.ids(report), batch.steady.moving
    for seen in report.observations:
        plugin_id = ids.get(seen.handle)
        if plugin_id is None:
            errors.append(PluginError(seen.name, _unknown(batch, report, seen)))
            continue
        if plugin_id in moving:
            key = Key(plugin_id, seen.branch, report.host_branch)
            line = Line(visit, seen, site_id, key, Pair(seen.sha, report.host_sha))
            if refusal := _refusal(batch, line):
                errors.append(PluginError(seen.name, refusal))
                continue
            lines.append(line)
        accepted.append(seen.name)
    reasons = {error.reason for error in errors}
    return Outcome(
        tuple(accepted),
        tuple(errors),
        beyond=_beyond(report, reasons),
        # What is refused for being too much was looked at like all else, and is paid like it.
        number=len(lines) + sum(error.reason == TOO_MANY_NEW for error in errors),
        new=left - batch.new_names.left(report),
    ), lines


def _refusal(batch: Batch, line: Line) -> str | None:
    """Why a line that may be more than a heartbeat is refused, if it is."""
    report = line.visit.report
    if report.put_off:
        return report.put_off
    if line.visit.is_canary:
        # A Guard that does not know judges nothing.
        unheard = [] if line.seen.verdict is Verdict.UNKNOWN else batch.unheard(line.key, line.pair)
        return None if batch.new_names.take(report, unheard) else TOO_MANY_NEW
    if (line.site_id, line.key.plugin_id) not in batch.registered:
        return f"is not registered by {report.reporter.domain}; register it first"
    return None


def _beyond(report: GuardReport, reasons: set[str]) -> KeyLimit | None:
    if report.put_off in reasons:
        return KeyLimit.TIME
    return KeyLimit.NEW_NAMES if TOO_MANY_NEW in reasons else None


def _unknown(batch: Batch, report: GuardReport, seen: Observation) -> str:
    namesake = batch.plugins.get(seen.handle)
    if namesake is None:
        return "is not in the master list; an operator can import it"
    return (
        f"is in the master list as a plugin of {namesake.ecosystem}, and this host's are of {report.ecosystem}; "
        "an operator can import it with its ecosystem"
    )
