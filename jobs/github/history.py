"""The order of commits: follows host branches, and asks GitHub where a reported commit is in doubt."""

from collections.abc import Iterator
from datetime import UTC, datetime

from jobs.github.asking import PAGE, Answer, GithubClient, asking, skipped
from jobs.github.sweep import noting
from jobs.github.trouble import ForbiddenError, MissingError
from models.database.engine import Database
from models.events.github import HistoryReading
from models.github import history, sync
from models.github.fields import MalformedError
from models.github.gathering import Gathered
from models.github.history import Question
from models.messages.links import HOST, is_sha
from models.record import record
from models.rules.lines import host_line
from models.settings import Settings

TASK = "host"
BRANCHES = ("tests-passed", "stable", "beta")

# After a long outage more than a page of commits is new; nobody reports older ones.
_MOST_PAGES = 5
# How many commits that are not on the page are asked about, each with a request of its own.
_MOST_COMPARED = 10
_AHEAD = frozenset({"ahead", "identical"})


def follow_hosts(database: Database, settings: Settings) -> None:
    """Learn the order of the commits on the host's branches, so that reports get their right place."""
    with asking(database, settings) as asks:
        for branch in BRANCHES:
            with noting(database, host_line(branch), TASK):
                _follow(database, asks, branch)


def ask_ancestry(database: Database, settings: Settings) -> None:
    """Ask for the order of commits that were sorted only by when we heard of them."""
    with database.read() as session:
        questions = history.questions(session, datetime.now(UTC))
    if not questions:
        return
    with asking(database, settings) as asks:
        for question in questions:
            with noting(database, question.line, "ancestry"):
                _ask(database, asks, question)


def _follow(database: Database, asks: GithubClient, branch: str) -> None:
    line = host_line(branch)
    owner = HOST.partition("/")[0]
    with database.read() as session:
        etag = sync.known(session, line, TASK).etag
    answer = asks.get(f"/repos/{HOST}/commits", owner, etag, sha=branch, per_page=PAGE)
    commits: list[str] = []
    mark = answer.etag or etag
    for _ in range(_MOST_PAGES):
        if answer.unchanged:
            break
        page = _shas(answer, line)
        commits += page
        with database.read() as session:
            meets = bool(history.known_in(session, line, page))
        if meets or answer.next is None:
            break
        answer = asks.get(answer.next, owner)
    now = datetime.now(UTC)
    with database.write() as session:
        if commits:
            record(session, [HistoryReading(line, tuple(reversed(commits)), whole=True)], now)
        sync.note(session, line, TASK, now, etag=mark, done_at=now)


def _ask(database: Database, asks: GithubClient, question: Question) -> None:
    path = f"/repositories/{question.repository_id}" if question.repository_id else f"/repos/{HOST}"
    owner = question.owner or HOST.partition("/")[0]
    try:
        answer = asks.get(f"{path}/commits", owner, sha=question.branch, per_page=PAGE)
        listed = _shas(answer, question.line)
    except (MissingError, ForbiddenError):
        listed = []  # the branch is gone; the commits stay in the order in which we heard of them
    before: list[tuple[int, str]] = []
    if listed:
        older = [sha for sha in question.commits if sha not in listed and is_sha(sha)]
        found = _before(asks, path, owner, older[:_MOST_COMPARED], listed)
        before = sorted(found, reverse=True)
    commits = (*(sha for _, sha in before), *reversed(listed))
    now = datetime.now(UTC)
    with database.write() as session:
        record(session, [HistoryReading(question.line, commits, question.commits)], now)
        sync.note(session, question.line, "ancestry", now, done_at=now)


def _shas(answer: Answer, line: str) -> list[str]:
    told = Gathered[str]()
    told.take_each(answer.objects(), lambda one: [one.sha("sha")])
    skipped(line, TASK, told)
    return told.facts


def _before(
    asks: GithubClient, path: str, owner: str, commits: list[str], listed: list[str]
) -> Iterator[tuple[int, str]]:
    """The commits that are older than all listed ones, each with its distance from the newest one."""
    for sha in commits:
        try:
            compared = asks.get(f"{path}/compare/{sha}...{listed[0]}", owner, per_page=1).object()
            status = compared.text("status")
            distance = compared.count("ahead_by")
        except (MissingError, ForbiddenError, MalformedError):
            continue
        if status in _AHEAD:
            yield distance, sha
