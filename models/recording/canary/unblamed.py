"""Good words of earlier runs that failed by other plugins: a later run shows that they would have blamed this one."""

from collections.abc import Collection, Mapping

from sqlmodel import Session, col, select

from models.queries.canary import console_of, steps_of
from models.recording.verdicts.changes import Key
from models.recording.verdicts.hearing import Said, note_verdict
from models.rules.blame import Pair
from models.rules.smoke import Conclusion
from models.rules.smoke_evidence import first_error
from models.rules.smoke_witness import FailedRun, would_have_shown
from models.rules.sources import DESCRIPTORS, JudgingSource
from models.rules.status import Verdict
from models.tables import CanaryRun, SourceVerdict

# Of the server's runs since the plugin worked, the newest ones: those of a day, or of a week where one is made daily.
_MOST_RUNS = 10
_FAILING = DESCRIPTORS[JudgingSource.CANARY].failing


def hear_unblamed(session: Session, run: CanaryRun, newly: Mapping[Key, Collection[str]]) -> None:
    """Note when these plugins worked last, whom this failed run blames: each with the names that runs may call it by.

    An earlier run that failed by others was no word on them when it came. Without it, what changed since they worked
    last would be all since the last run that passed, however long others were broken.
    """
    newly = {key: names for key, names in newly.items() if not _fails_already(session, key)}
    if not newly:
        return
    witnesses = [
        earlier
        for earlier in _failed_before(session, run)
        if would_have_shown(_failed(earlier), _failed(run)) and _shows_errors(session, earlier)
    ]
    for key, names in newly.items():
        said = next((word for each in witnesses if (word := _word(each, key, names))), None)
        if said:
            note_verdict(session, said)


def _failed(run: CanaryRun) -> FailedRun:
    return FailedRun(steps_of(run), run.blamed)


def _shows_errors(session: Session, run: CanaryRun) -> bool:
    """Whether its log shows any: a page that did not load, or of which no log is kept, may have had others."""
    return first_error(console_of(session, run.server, run.run_id)) is not None


def _fails_already(session: Session, key: Key) -> bool:
    row = session.get(SourceVerdict, (*key, JudgingSource.CANARY))
    return row is not None and row.verdict == _FAILING


def _failed_before(session: Session, run: CanaryRun) -> list[CanaryRun]:
    """The server's runs before this one that failed, the newest first."""
    failed = select(CanaryRun).where(
        CanaryRun.server == run.server,
        CanaryRun.host_branch == run.host_branch,
        CanaryRun.conclusion == Conclusion.FAILED,
        CanaryRun.started_at < run.started_at,
    )
    newest = failed.order_by(col(CanaryRun.started_at).desc(), col(CanaryRun.run_id))
    return list(session.exec(newest.limit(_MOST_RUNS)))


def _word(earlier: CanaryRun, key: Key, names: Collection[str]) -> Said | None:
    """That the plugin worked in this run; None where it was not loaded, or blamed."""
    if not {*names}.isdisjoint(earlier.blamed):
        return None
    for loaded in earlier.plugins:
        if loaded["handle"] in names and loaded["branch"] == key.plugin_branch:
            pair, good = Pair(loaded["sha"], earlier.host_sha), Verdict.COMPATIBLE
            return Said(key, JudgingSource.CANARY, good, pair, earlier.started_at)
    return None
