"""From the mirrored CI runs to verdicts on the plugins whose repositories they ran in.

A verdict is derived anew from all runs of its branch, so it does not matter in which order they were told.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlmodel import Session, and_, col, func, or_, select

from models.recording.github.mirror import Moved
from models.recording.verdicts.changes import Change, Failure, Key
from models.recording.verdicts.hearing import Said, hear
from models.recording.verdicts.settle import set_status
from models.rules import ci
from models.rules.blame import Pair
from models.rules.ci import Judgement, Run
from models.rules.excerpt import cut_middle
from models.rules.fingerprint import fingerprint
from models.rules.sources import JudgingSource
from models.tables import CiRun, Plugin, Repository, SourceVerdict, Status

# A repository and a branch of it.
Branch = tuple[int, str]

# Suites that said nothing are looked past, but not for ever.
_MOST_SUITES = 30
_LONGEST_MESSAGE = 4_000


def touched(session: Session, runs: Iterable[Moved[CiRun]], repositories: Iterable[Moved[Repository]]) -> set[Branch]:
    """The branches of which these changes may have changed the verdict."""
    moved = list(runs)
    suites = {run.after.suite_id for run in moved}
    # A workflow's run can tell that its suite's checks belong to no branch, and the other way round.
    told = select(CiRun.repository_id, CiRun.branch).where(col(CiRun.suite_id).in_(suites)).distinct()
    rows = session.exec(told).all() if suites else ()
    former = [(run.before.repository_id, run.before.branch) for run in moved if run.before]
    renamed = [
        (repository.after.github_id, repository.after.default_branch)
        for repository in repositories
        if repository.before is None or repository.before.default_branch != repository.after.default_branch
    ]
    return {(repository_id, branch) for repository_id, branch in [*rows, *former, *renamed] if branch}


def judge(session: Session, branches: Collection[Branch], newly: Iterable[Plugin], now: datetime) -> list[Change]:
    """What CI says now of the plugins on these branches, and of all branches of those that are followed `newly`."""
    ids = {repository_id for repository_id, _ in branches}
    plugins = session.exec(select(Plugin).where(col(Plugin.repository_id).in_(ids))).all() if ids else ()
    asked = {(plugin.id or 0, branch): plugin for plugin in newly for branch in _judged(session, plugin)}
    for plugin in plugins:
        for branch in _judged(session, plugin):
            if (plugin.repository_id, branch) in branches:
                asked[plugin.id or 0, branch] = plugin
    found = [_derive(session, asked[place], place[1], now) for place in sorted(asked)]
    return [change for change in found if change]


def _judged(session: Session, plugin: Plugin) -> set[str]:
    """The repository's default branch, and every branch that something was said of."""
    repository = session.get(Repository, plugin.repository_id) if plugin.repository_id else None
    known = session.exec(select(Status.plugin_branch).where(Status.plugin_id == plugin.id).distinct()).all()
    return {branch for branch in (*known, repository and repository.default_branch) if branch}


def _derive(session: Session, plugin: Plugin, branch: str, now: datetime) -> Change | None:
    key = Key(plugin.id or 0, branch, ci.HOST_BRANCH)
    judgement = ci.judge(_runs(session, plugin.repository_id or 0, branch), branch)
    if judgement is None:
        _take_back(session, key, now)
        return None
    said = _said(key, plugin.handle, judgement)
    _make_room(session, said)
    return hear(session, said)


def _runs(session: Session, repository_id: int, branch: str) -> list[Run]:
    """All that is known of the newest suites of the branch that may judge the plugin."""
    is_test = or_(*(col(CiRun.name).contains(job, autoescape=True) for job in ci.TEST_JOBS))
    judges = or_(
        and_(col(CiRun.kind) == ci.WORKFLOW_RUN, col(CiRun.name) == ci.WORKFLOW),
        and_(col(CiRun.kind) == ci.CHECK_RUN, is_test),
    )
    newest = (
        select(CiRun.suite_id)
        .where(CiRun.repository_id == repository_id, CiRun.branch == branch, judges)
        .group_by(col(CiRun.suite_id))
        .order_by(func.max(CiRun.started_at).desc(), col(CiRun.suite_id).desc())
        .limit(_MOST_SUITES)
    )
    rows = session.exec(select(CiRun).where(col(CiRun.suite_id).in_(newest), CiRun.repository_id == repository_id))
    return [Run(**row.model_dump(exclude={"repository_id", "version"})) for row in rows]


def _said(key: Key, handle: str, judgement: Judgement) -> Said:
    failure = None
    if judgement.verdict.broken:
        message = cut_middle(judgement.message or "", _LONGEST_MESSAGE)
        found = fingerprint(handle, message, None)
        failure = Failure(found, message, None, judgement.said_by, judgement.reference)
    return Said(key, JudgingSource.TESTS, judgement.verdict, Pair(judgement.sha, ""), judgement.at, failure)


def _make_room(session: Session, said: Said) -> None:
    """Let the derived word count although an earlier one, derived from fewer runs, was about a later moment."""
    row = session.get(SourceVerdict, (*said.key, said.source), populate_existing=True)
    if row is not None and row.seen_at > said.at:
        row.seen_at = said.at
        session.add(row)
        session.flush()


def _take_back(session: Session, key: Key, now: datetime) -> None:
    """The run turned out to be none that judges."""
    row = session.get(SourceVerdict, (*key, JudgingSource.TESTS), populate_existing=True)
    if row is not None:
        session.delete(row)
        session.flush()
        set_status(session, key, now)
