"""Turns the mirrored CI runs into verdicts on the plugins of their repositories.

A verdict is derived again from all runs of its branch, so the order in which they arrive does not
matter.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from operator import itemgetter

from sqlmodel import Session, and_, col, func, or_, select

from models.queries.host_branches import known_branches, trunk
from models.queries.plugins import ON_THE_LIST
from models.recording.github.mirror import RowChange
from models.recording.settling import settle_within_allowance
from models.recording.verdicts.changes import Change, Failure, Key
from models.recording.verdicts.hearing import Said, note_verdict
from models.recording.verdicts.incidents import Told
from models.recording.verdicts.standing import renew_standings
from models.recording.verdicts.withdrawing import withdraw
from models.rules import ci
from models.rules.blame import Pair
from models.rules.ci import Judgement, KnownHosts, Run
from models.rules.excerpt import cut_middle
from models.rules.fingerprint import fingerprint
from models.rules.sources import JudgingSource
from models.tables import CiRun, Plugin, Repository, SourceVerdict, Status

# A repository and a branch of it.
Branch = tuple[int, str]

# Suites without a result are skipped, but only so many of them.
_MOST_SUITES = 30
_LONGEST_MESSAGE = 4_000


def touched(
    session: Session,
    runs: Iterable[RowChange[CiRun]],
    repositories: Iterable[RowChange[Repository]],
) -> set[Branch]:
    """The branches whose verdict these changes may have changed."""
    moved = list(runs)
    # A workflow run can tell that the checks of its suite belong to no branch, and the other way round.
    found = list(_branches_of(session, moved))
    former = [run.before for run in moved if run.before]
    found += [(run.repository_id, run.branch) for run in former]
    for repository in repositories:
        before, after = repository.before, repository.after
        if before is None or before.default_branch != after.default_branch:
            found.append((after.github_id, after.default_branch))
    return {(repository_id, branch) for repository_id, branch in found if branch}


def _branches_of(
    session: Session, runs: Iterable[RowChange[CiRun]]
) -> Sequence[tuple[int, str | None]]:
    """The branches of all runs in the same suites as these."""
    suites = {run.after.suite_id for run in runs}
    if not suites:
        return ()
    in_suites = select(CiRun.repository_id, CiRun.branch).where(col(CiRun.suite_id).in_(suites))
    return session.exec(in_suites.distinct()).all()


def judge(
    session: Session, branches: Collection[Branch], newly: Iterable[Plugin], now: datetime
) -> list[Told]:
    """Judge these branches, and all branches of the plugins in `newly`, by CI. Returns what is to be told.

    `newly` are the plugins that follow another repository than before.
    """
    asked: dict[tuple[int, str], Plugin] = {}
    for plugin in newly:
        for branch in _judged(session, plugin):
            asked[plugin.id or 0, branch] = plugin
    for plugin in _plugins_of(session, branches):
        for branch in _judged(session, plugin):
            if (plugin.repository_id, branch) in branches:
                asked[plugin.id or 0, branch] = plugin
    hosts = _hosts(session) if asked else KnownHosts()
    changes: list[Change] = []
    withdrawn: list[Key] = []
    for (plugin_id, branch), plugin in sorted(asked.items(), key=itemgetter(0)):
        runs = _runs(session, plugin.repository_id or 0, branch)
        for host_branch in _host_branches(session, plugin_id, branch, runs, hosts):
            key = Key(plugin_id, branch, host_branch)
            judgement = ci.judge(runs, branch, host_branch, hosts)
            if judgement:
                changes += _derive(session, plugin, key, judgement)
            else:
                withdrawn.append(key)
    return withdraw(session, withdrawn, now) + settle_within_allowance(session, changes, now)


def _hosts(session: Session) -> KnownHosts:
    """The host branches that reports name, and those that the operator knows.

    Tests often run on a branch that no report names; its failures must not count for the usual one.
    """
    reported = session.exec(select(Status.host_branch).distinct())
    others = [row for row in known_branches(session) if ci.HOST_BRANCH not in {row.name, row.line}]
    known = {*reported, *(row.name for row in others)}
    return KnownHosts(known, trunk(session, ci.HOST_BRANCH))


def _host_branches(
    session: Session, plugin_id: int, branch: str, runs: Iterable[Run], hosts: KnownHosts
) -> list[str]:
    """The host branches on which CI tests the plugin's branch, or did."""
    judged = select(SourceVerdict.host_branch).where(
        SourceVerdict.plugin_id == plugin_id,
        SourceVerdict.plugin_branch == branch,
        SourceVerdict.source == JudgingSource.TESTS,
    )
    found = {hosts.usual, *session.exec(judged)}
    for run in runs:
        if run.kind == ci.CHECK_RUN and ci.is_test(run.name):
            found |= ci.host_branches(run.name, hosts)
    return sorted(found)


def _plugins_of(session: Session, branches: Iterable[Branch]) -> Sequence[Plugin]:
    ids = {repository_id for repository_id, _ in branches}
    if not ids:
        return ()
    return session.exec(select(Plugin).where(col(Plugin.repository_id).in_(ids), ON_THE_LIST)).all()


def _judged(session: Session, plugin: Plugin) -> set[str]:
    """The repository's default branch, and every branch of the plugin that has a status."""
    known = select(Status.plugin_branch).where(Status.plugin_id == plugin.id).distinct()
    branches = set(session.exec(known))
    repository = session.get(Repository, plugin.repository_id) if plugin.repository_id else None
    if repository is not None and repository.default_branch:
        branches.add(repository.default_branch)
    return branches


def _derive(session: Session, plugin: Plugin, key: Key, judgement: Judgement) -> list[Change]:
    said = _said(key, plugin.handle, judgement)
    _make_room(session, said)
    change = note_verdict(session, said)
    return [change] if change else []


def _runs(session: Session, repository_id: int, branch: str) -> list[Run]:
    """All runs that we know of the newest suites on the branch that may judge the plugin."""
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
    of_suites = select(CiRun).where(
        col(CiRun.suite_id).in_(newest),
        CiRun.repository_id == repository_id,
    )
    rows = session.exec(of_suites)
    return [Run(**row.model_dump(exclude={"repository_id", "version"})) for row in rows]


def _said(key: Key, handle: str, judgement: Judgement) -> Said:
    failure = None
    if judgement.verdict.broken:
        message = cut_middle(judgement.message or "", _LONGEST_MESSAGE)
        found = fingerprint(handle, message, None)
        failure = Failure(found, message, None, judgement.said_by, judgement.reference)
    return Said(
        key, JudgingSource.TESTS, judgement.verdict, Pair(judgement.sha, ""), judgement.at, failure
    )


def _make_room(session: Session, said: Said) -> None:
    """Let the derived verdict count, although an earlier one, from fewer runs, has a later time."""
    row = session.get(SourceVerdict, (*said.key, said.source), populate_existing=True)
    if row is not None and row.seen_at > said.at:
        row.seen_at = said.at
        session.add(row)
        # Even if it says the same, it falls silent earlier.
        renew_standings(session, [said.key.plugin_id])
