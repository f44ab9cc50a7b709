"""Learns the order of commits from GitHub: on the host's branches always, else where a reported commit is in doubt."""

from datetime import UTC, datetime

from jobs.github.client import PAGE, GitHubAnswer, GithubClient, asking, skipped
from jobs.github.sweep import noting
from jobs.github.trouble import ForbiddenError, MissingError
from models.database.engine import Database
from models.events.github import HistoryReading
from models.github import ancestry, sync
from models.github.ancestry import DoubtfulOrder
from models.github.fields import MalformedError
from models.github.gathering import Gathered
from models.messages.links import HOST, is_sha
from models.queries.host_branches import followed_host_branches
from models.record import record
from models.rules.history_lines import host_line
from models.settings import Settings

TASK = "host"

_ANCESTRY = "ancestry"
_HOST_OWNER = HOST.partition("/")[0]
# After a long outage several pages of commits are new. Nobody reports commits older than these.
_MOST_PAGES = 5
# How many commits that are not on the first page are asked about, each with a request of its own.
_MOST_COMPARED = 10
# What GitHub calls the newest commit of a branch, compared with one that leads to it.
_AHEAD = frozenset({"ahead", "identical"})


def follow_hosts(database: Database, settings: Settings) -> None:
    """Learn the order of the commits on the host's branches, so that reports get their right place."""
    with database.read() as session:
        branches = followed_host_branches(session)
    with asking(database, settings) as asks:
        for branch in branches:
            with noting(database, host_line(branch), TASK):
                _follow(database, asks, branch)


def ask_ancestry(database: Database, settings: Settings) -> None:
    """Ask for the order of commits that were sorted only by when we heard of them."""
    with database.read() as session:
        questions = ancestry.questions(session, datetime.now(UTC))
    if not questions:
        return
    with asking(database, settings) as asks:
        for question in questions:
            with noting(database, question.line, _ANCESTRY):
                _ask(database, asks, question)


def _follow(database: Database, asks: GithubClient, branch: str) -> None:
    line = host_line(branch)
    with database.read() as session:
        etag = sync.known(session, line, TASK).etag
    answer = asks.get(f"/repos/{HOST}/commits", _HOST_OWNER, etag, sha=branch, per_page=PAGE)
    commits = _new_commits(database, asks, line, answer)
    now = datetime.now(UTC)
    with database.write() as session:
        if commits:
            oldest_first = tuple(reversed(commits))
            record(session, [HistoryReading(line, oldest_first, whole=True)], now)
        sync.note(session, line, TASK, now, etag=answer.etag or etag, done_at=now)


def _new_commits(
    database: Database, asks: GithubClient, line: str, first_page: GitHubAnswer
) -> list[str]:
    """The commits, newest first, of this page and those after it, up to a page with a commit that we know."""
    commits: list[str] = []
    answer = first_page
    for number in range(1, _MOST_PAGES + 1):
        if answer.unchanged:
            break
        page = _shas(answer, line, TASK)
        commits += page
        with database.read() as session:
            has_known = bool(ancestry.known_in(session, line, page))
        if has_known or answer.next is None or number == _MOST_PAGES:
            break
        answer = asks.get(answer.next, _HOST_OWNER)
    return commits


def _ask(database: Database, asks: GithubClient, question: DoubtfulOrder) -> None:
    path = f"/repositories/{question.repository_id}" if question.repository_id else f"/repos/{HOST}"
    owner = question.owner or _HOST_OWNER
    try:
        answer = asks.get(f"{path}/commits", owner, sha=question.branch, per_page=PAGE)
        listed = _shas(answer, question.line, _ANCESTRY)
    except (MissingError, ForbiddenError):
        listed = []  # the branch is gone: the commits keep the order in which we heard of them
    older: list[str] = []
    if listed:
        unlisted = [sha for sha in question.commits if sha not in listed and is_sha(sha)]
        older = _ancestors(asks, path, owner, unlisted[:_MOST_COMPARED], newest=listed[0])
    commits = (*older, *reversed(listed))
    now = datetime.now(UTC)
    with database.write() as session:
        record(session, [HistoryReading(question.line, commits, question.commits)], now)
        sync.note(session, question.line, _ANCESTRY, now, done_at=now)


def _shas(answer: GitHubAnswer, line: str, task: str) -> list[str]:
    gathered = Gathered[str]()
    gathered.take_each(answer.objects(), lambda commit: [commit.sha("sha")])
    skipped(line, task, gathered)
    return gathered.facts


def _ancestors(
    asks: GithubClient, path: str, owner: str, commits: list[str], newest: str
) -> list[str]:
    """Those of the commits that lead to the newest one, the farthest from it first."""
    distances: list[tuple[int, str]] = []
    for sha in commits:
        try:
            compared = asks.get(f"{path}/compare/{sha}...{newest}", owner, per_page=1).object()
            status = compared.text("status")
            distance = compared.count("ahead_by")
        except (MissingError, ForbiddenError, MalformedError):
            continue
        if status in _AHEAD:
            distances.append((distance, sha))
    return [sha for _, sha in sorted(distances, reverse=True)]
