"""Records what a browser canary reports of its runs, and the artefacts of a run."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

import orjson
from sqlmodel import Session

from models.events import Denial, Outcome
from models.events.canary import ArtefactUpload, CanaryReport, LoadedPlugin
from models.events.lines import PluginError
from models.extensions.happening import happened
from models.queries.named import plugin_ids
from models.recording.canary.bounds import beyond_bytes, beyond_runs, named_anew
from models.recording.canary.judging import judge
from models.recording.canary.loaded import filled_in
from models.recording.canary.orders import show
from models.recording.verdicts.incidents import Told
from models.rules.ecosystems import Ecosystem
from models.rules.key_limits import KeyLimit
from models.rules.kinds import ArtefactKind
from models.rules.smoke import Conclusion
from models.tables import ApiKey, Artefact, CanaryRun

_OF_REPORT = (
    "server",
    "host_branch",
    "host_sha",
    "started_at",
    "finished_at",
    "steps",
    "plugins",
    "earlier",
)


def record_run(session: Session, report: CanaryReport, now: datetime) -> tuple[Outcome, list[Told]]:
    """Store the state of a run, and judge by it once it has finished.

    `errors` in the outcome name the plugins that are not in the master list. A finished run is
    final. Of two reports about an unfinished run, the one that is further on counts.
    """
    run = session.get(CanaryRun, (report.server, report.run_id))
    if turned_away := _turned_away(session, report.key_id, run, now):
        return turned_away, []
    if run is None and (denied := beyond_runs(session, report, now)):
        return denied, []
    told = _facts(session, report)
    known = plugin_ids(session, {plugin.handle for plugin in report.plugins}, Ecosystem.DISCOURSE)
    ignored = [plugin for plugin in report.plugins if plugin.handle not in known]
    unknown = (PluginError(plugin.name, "it is not in the master list") for plugin in ignored)
    errors = (*report.ignored, *unknown)
    if run is not None and run.finished_at is not None:
        differs = report.finished_at is not None and told != run.model_dump(include=set(_OF_REPORT))
        return Outcome(errors=errors, denied=Denial.FINAL if differs else None, at=now), []
    new = named_anew(session, report, known)
    if new > report.most_new:
        return Outcome(denied=Denial.TOO_MANY, beyond=KeyLimit.NEW_NAMES, at=now), []
    if (
        run is None
        or report.finished_at is not None
        or _progress(told) > _progress(run.model_dump())
    ):
        run = run or CanaryRun(run_id=report.run_id, received_at=now, **told)
        run.sqlmodel_update({**told, "key_id": report.key_id})
        session.add(run)
    steps: list[Told] = []
    if run.finished_at is not None:
        steps = judge(session, run, now)
        _tell(session, run, run.finished_at, now)
    show(session, run, report, now)
    return Outcome(errors=errors, new=new, at=now), steps


def record_artefact(
    session: Session, upload: ArtefactUpload, now: datetime
) -> tuple[Outcome, list[Told]]:
    """Keep what a run left behind in place of what it left before; a failed run is judged again by its new log."""
    run = session.get(CanaryRun, (upload.server, upload.run_id))
    if turned_away := _turned_away(session, upload.key_id, run, now):
        return turned_away, []
    if run is None:
        return Outcome(denied=Denial.UNKNOWN, at=now), []
    stored = session.get(Artefact, (upload.server, upload.run_id, upload.kind))
    if stored is not None and stored.content == upload.content:
        return Outcome(at=now), []
    if denied := beyond_bytes(session, upload, now):
        return denied, []
    stored = stored or Artefact(
        server=run.server, run_id=run.run_id, kind=upload.kind, content=b"", stored_at=now
    )
    stored.content = upload.content
    stored.stored_at = now
    session.add(stored)
    if upload.kind is ArtefactKind.CONSOLE_LOG and run.conclusion == Conclusion.FAILED:
        return Outcome(at=now), judge(session, run, now)
    return Outcome(at=now), []


def _tell(session: Session, run: CanaryRun, finished_at: datetime, now: datetime) -> None:
    told = {"server": run.server, "run": run.run_id, "host_branch": run.host_branch}
    facts = {**told, "conclusion": str(run.conclusion), "at": finished_at.isoformat()}
    happened(session, "canary.finished", now, facts)


def _turned_away(
    session: Session, key_id: int | None, run: CanaryRun | None, now: datetime
) -> Outcome | None:
    """The refusal, if this key may not report this run.

    Any key of the run's server may. Runs of our own canary have no key.
    """
    if key_id is not None:
        key = session.get(ApiKey, key_id)
        if key is None or key.revoked_at is not None:
            return Outcome(refused="this API key was revoked", at=now)
        key.last_used_at = now
    is_foreign = run is not None and (run.key_id is None) != (key_id is None)
    return Outcome(denied=Denial.FOREIGN, at=now) if is_foreign else None


def _facts(session: Session, report: CanaryReport) -> dict[str, Any]:
    """What is stored of a report, by column."""
    facts = {name: getattr(report, name) for name in _OF_REPORT}
    plugins = report.plugins if report.key_id is not None else filled_in(session, report)
    facts["steps"] = [asdict(step) for step in report.steps]
    facts["earlier"] = [asdict(attempt) for attempt in report.earlier]
    facts["plugins"] = [_loaded(plugin) for plugin in plugins]
    return facts


def _loaded(plugin: LoadedPlugin) -> dict[str, str]:
    return {"handle": plugin.handle, "branch": plugin.branch, "sha": plugin.sha}


def _progress(facts: dict[str, Any]) -> tuple[int, int, bytes]:
    """How far a run is, for comparison.

    Of two reports that are equally far, the same one is greater in whatever order they arrive.
    """
    content = orjson.dumps({name: facts[name] for name in _OF_REPORT}, option=orjson.OPT_SORT_KEYS)
    return len(facts["earlier"]), len(facts["steps"]), content
