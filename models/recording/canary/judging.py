"""From a finished run of the browser canary to verdicts on plugins, or to an incident of the server."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from models.queries.canary import console_of, steps_of
from models.queries.plugins import plugin_ids
from models.recording.canary.server_incidents import settle_server
from models.recording.silence.flooding import settle_within
from models.recording.verdicts.changes import Failure, Key
from models.recording.verdicts.hearing import Said, hear
from models.recording.verdicts.incidents import Told
from models.rules.blame import Pair
from models.rules.fingerprint import fingerprint
from models.rules.handle import handle
from models.rules.smoke import (
    Conclusion,
    Evidence,
    RunStep,
    conclusion,
    error_at,
    evidence,
    failed_step,
    run_name,
)
from models.rules.sources import DESCRIPTORS, JudgingSource
from models.rules.status import Verdict
from models.tables import CanaryRun, Plugin, SourceVerdict


@dataclass(frozen=True, slots=True)
class _Loaded:
    """A plugin of the master list that the run found loaded."""

    plugin: Plugin
    handle: str
    key: Key
    pair: Pair


def judge(session: Session, run: CanaryRun, now: datetime) -> list[Told]:
    """Say what a finished run proves, anew each time that it or its log has changed. Returns what is to be told.

    A passing run speaks well of every plugin that it found loaded. A failed one speaks of those that it blames, and of
    its server where it blames none. What a Guard took out of service was not tested, whatever the run says.
    """
    run.conclusion = conclusion(steps_of(run))
    loaded = _loaded(session, run)
    failures = _failures(session, run, loaded) if run.conclusion == Conclusion.FAILED else {}
    run.blamed = sorted({each.plugin.handle for each in loaded if each.key in failures})
    session.add(run)
    session.flush()
    out_of_service = _quarantined(session, run)
    said = [
        word
        for each in loaded
        if each.key not in out_of_service and (word := _word(session, run, each, failures.get(each.key)))
    ]
    changes = [change for word in said if (change := hear(session, word))]
    told = settle_within(session, changes, now)
    settle_server(session, run, now)
    return told


def _word(session: Session, run: CanaryRun, loaded: _Loaded, failure: Failure | None) -> Said | None:
    """What the run says of a plugin, if anything."""
    verdict = DESCRIPTORS[JudgingSource.CANARY].failing if failure else Verdict.COMPATIBLE
    if failure is None and run.conclusion != Conclusion.PASSED:
        # Its log was replaced, and does not blame this plugin any more: that makes it no better than unknown.
        heard = session.get(SourceVerdict, (*loaded.key, JudgingSource.CANARY))
        if heard is None or heard.reference != run_name(run.server, run.run_id):
            return None
        verdict = Verdict.UNKNOWN
    return Said(loaded.key, JudgingSource.CANARY, verdict, loaded.pair, run.started_at, failure)


def _loaded(session: Session, run: CanaryRun) -> list[_Loaded]:
    known = plugin_ids(session, {plugin["handle"] for plugin in run.plugins})
    rows = {row.id: row for row in session.exec(select(Plugin).where(col(Plugin.id).in_(set(known.values()))))}
    return [
        _Loaded(
            rows[known[plugin["handle"]]],
            plugin["handle"],
            Key(known[plugin["handle"]], plugin["branch"], run.host_branch),
            Pair(plugin["sha"], run.host_sha),
        )
        for plugin in run.plugins
        if plugin["handle"] in known
    ]


def _quarantined(session: Session, run: CanaryRun) -> set[Key]:
    """What the Guard's last word on this host branch is incompatible of, however old that word is."""
    rows = session.exec(
        select(SourceVerdict.plugin_id, SourceVerdict.plugin_branch).where(
            SourceVerdict.host_branch == run.host_branch,
            SourceVerdict.source == JudgingSource.GUARD,
            SourceVerdict.verdict == DESCRIPTORS[JudgingSource.GUARD].failing,
        )
    )
    return {Key(plugin_id, branch, run.host_branch) for plugin_id, branch in rows}


def _failures(session: Session, run: CanaryRun, loaded: Sequence[_Loaded]) -> dict[Key, Failure]:
    """How each plugin fails that the run blames and found loaded."""
    steps, console = steps_of(run), console_of(session, run.server, run.run_id)
    found = evidence(steps, console)
    spelt = _spellings(loaded)
    failures: dict[Key, Failure] = {}
    for name in found.names:
        culprit = spelt.get(_normal(name))
        if culprit is not None and culprit.key not in failures:
            failures[culprit.key] = _failure(run, culprit, name, found, steps, console)
    return failures


def _failure(
    run: CanaryRun, culprit: _Loaded, name: str, found: Evidence, steps: Sequence[RunStep], console: Sequence[str]
) -> Failure:
    step, name_of_run = failed_step(steps), run_name(run.server, run.run_id)
    message = f"{step.name}: {step.message or 'it failed'}" if step else ""
    if name not in found.seen:
        return Failure(fingerprint(culprit.handle, message, None), message, None, run.server, name_of_run)
    first, _, rest = message.partition("\n")
    seen = error_at(console, found.seen[name])
    # What the console shows is the cause; at which step it was noticed, and when, changes from run to run.
    mark = fingerprint(culprit.handle, seen.line, seen.whole)
    whole = message if name in found.said else "\n".join(filter(None, (first, seen.line, rest)))
    return Failure(mark, whole, seen.excerpt, run.server, name_of_run)


def _spellings(loaded: Sequence[_Loaded]) -> dict[str, _Loaded]:
    """By which names a plugin may be blamed: its handles first, then its folder, which is mostly its repository's."""
    folders = {_normal(each.plugin.repository.partition("/")[2]): each for each in loaded}
    return folders | {each.plugin.handle: each for each in loaded} | {each.handle: each for each in loaded}


def _normal(name: str) -> str:
    try:
        return handle(name)
    except ValueError:
        return ""
