"""Turns a finished run of the browser canary into verdicts on plugins or an incident of the server."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from models.queries.canary import console_of, steps_of
from models.queries.named import plugin_ids
from models.recording.canary.server_incidents import settle_server
from models.recording.canary.unblamed import hear_unblamed
from models.recording.settling import settle_within_allowance
from models.recording.verdicts.changes import Failure, Key
from models.recording.verdicts.hearing import Said, note_verdict
from models.recording.verdicts.incidents import Told
from models.rules.blame import Pair
from models.rules.ecosystems import Ecosystem
from models.rules.fingerprint import fingerprint
from models.rules.handle import handle
from models.rules.smoke import Conclusion, RunStep, conclusion, failed_step, run_name
from models.rules.smoke_evidence import SmokeEvidence, error_at, evidence, news_of
from models.rules.sources import DESCRIPTORS, JudgingSource
from models.rules.status import Verdict
from models.tables import CanaryRun, Plugin, SourceVerdict


@dataclass(frozen=True, slots=True)
class _PluginOnRun:
    """A plugin of the master list that the run found loaded."""

    plugin: Plugin
    handle: str
    key: Key
    pair: Pair


def judge(session: Session, run: CanaryRun, now: datetime) -> list[Told]:
    """Derive what a finished run proves, again each time that it or its log has changed.

    A run that passed gives every plugin that it found loaded a good verdict. A run that failed gives
    a bad one to the plugins that it blames; where it blames none, its server has an incident. Of the others it says
    nothing, unless a later run shows that it would have blamed them, too.
    Plugins that a Guard took out of service were not tested, whatever the run says.

    Returns what is to be told.
    """
    run.conclusion = conclusion(steps_of(run))
    loaded = _loaded(session, run)
    failures = _failures(session, run, loaded) if run.conclusion == Conclusion.FAILED else {}
    run.blamed = sorted({each.plugin.handle for each in loaded if each.key in failures})
    session.add(run)
    out_of_service = _quarantined(session, run)
    tested = [each for each in loaded if each.key not in out_of_service]
    blamed = {
        each.key: {each.handle, each.plugin.handle} for each in tested if each.key in failures
    }
    hear_unblamed(session, run, blamed)
    changes = []
    for each in tested:
        said = _said(session, run, each, failures.get(each.key))
        change = note_verdict(session, said) if said else None
        if change:
            changes.append(change)
    told = settle_within_allowance(session, changes, now)
    settle_server(session, run, now)
    return told


def _said(
    session: Session, run: CanaryRun, loaded: _PluginOnRun, failure: Failure | None
) -> Said | None:
    """What the run says about a plugin, if anything."""
    if failure is not None:
        verdict = DESCRIPTORS[JudgingSource.CANARY].failing
    elif run.conclusion == Conclusion.PASSED:
        verdict = Verdict.COMPATIBLE
    elif _blamed_before(session, run, loaded):
        verdict = Verdict.UNKNOWN
    else:
        return None
    return Said(loaded.key, JudgingSource.CANARY, verdict, loaded.pair, run.started_at, failure)


def _blamed_before(session: Session, run: CanaryRun, loaded: _PluginOnRun) -> bool:
    """Whether the run blamed the plugin by a log that was replaced since."""
    heard = session.get(SourceVerdict, (*loaded.key, JudgingSource.CANARY))
    return heard is not None and heard.reference == run_name(run.server, run.run_id)


def _loaded(session: Session, run: CanaryRun) -> list[_PluginOnRun]:
    known = plugin_ids(session, {plugin["handle"] for plugin in run.plugins}, Ecosystem.DISCOURSE)
    listed = select(Plugin).where(col(Plugin.id).in_(set(known.values())))
    rows = {row.id: row for row in session.exec(listed)}
    loaded = []
    for plugin in run.plugins:
        name = plugin["handle"]
        if name in known:
            plugin_id = known[name]
            key = Key(plugin_id, plugin["branch"], run.host_branch)
            pair = Pair(plugin["sha"], run.host_sha)
            loaded.append(_PluginOnRun(rows[plugin_id], name, key, pair))
    return loaded


def _quarantined(session: Session, run: CanaryRun) -> set[Key]:
    """The plugins that the Guard called incompatible last on this host branch, however long ago."""
    rows = session.exec(
        select(SourceVerdict.plugin_id, SourceVerdict.plugin_branch).where(
            SourceVerdict.host_branch == run.host_branch,
            SourceVerdict.source == JudgingSource.GUARD,
            SourceVerdict.verdict == DESCRIPTORS[JudgingSource.GUARD].failing,
        )
    )
    return {Key(plugin_id, branch, run.host_branch) for plugin_id, branch in rows}


def _failures(
    session: Session, run: CanaryRun, loaded: Sequence[_PluginOnRun]
) -> dict[Key, Failure]:
    """The failure of each plugin that the run blames and found loaded."""
    steps = steps_of(run)
    console = news_of(console_of(session, run.server, run.run_id), _noise(session, run))
    found = evidence(steps, console)
    spelt = _spellings(loaded)
    failures: dict[Key, Failure] = {}
    for name in found.names:
        culprit = spelt.get(_normal(name))
        if culprit is not None and culprit.key not in failures:
            failures[culprit.key] = _failure(run, culprit, name, found, steps, console)
    return failures


def _noise(session: Session, run: CanaryRun) -> Sequence[str]:
    """What the console shows although all is well: the log of the server's last run that passed."""
    passed = (
        select(CanaryRun.run_id)
        .where(
            CanaryRun.server == run.server,
            CanaryRun.conclusion == Conclusion.PASSED,
            CanaryRun.started_at < run.started_at,
        )
        .order_by(col(CanaryRun.started_at).desc(), col(CanaryRun.run_id))
    )
    last = session.exec(passed.limit(1)).first()
    return console_of(session, run.server, last) if last is not None else ()


def _failure(
    run: CanaryRun,
    culprit: _PluginOnRun,
    name: str,
    found: SmokeEvidence,
    steps: Sequence[RunStep],
    console: Sequence[str],
) -> Failure:
    step = failed_step(steps)
    name_of_run = run_name(run.server, run.run_id)
    message = f"{step.name}: {step.message or 'it failed'}" if step else ""
    if name not in found.seen:
        return Failure(
            fingerprint(culprit.handle, message, None), message, None, run.server, name_of_run
        )
    first, _, rest = message.partition("\n")
    seen = error_at(console, found.seen[name])
    # The console shows the cause. The step at which it was noticed changes from run to run.
    mark = fingerprint(culprit.handle, seen.line, seen.whole)
    whole = message
    if name not in found.said:
        whole = "\n".join(filter(None, (first, seen.line, rest)))
    return Failure(mark, whole, seen.excerpt, run.server, name_of_run)


def _spellings(loaded: Sequence[_PluginOnRun]) -> dict[str, _PluginOnRun]:
    """The names by which a plugin may be blamed: its handles, then its folder.

    The folder mostly has the name of the repository, or of the folder in it.
    """
    folders = {_normal(each.plugin.place.rpartition("/")[2]): each for each in loaded}
    current = {each.plugin.handle: each for each in loaded}
    reported = {each.handle: each for each in loaded}
    return folders | current | reported


def _normal(name: str) -> str:
    try:
        return handle(name)
    except ValueError:
        return ""
