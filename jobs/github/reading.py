"""Reads what each repository is asked for once an hour or once a day.

Answers carry an ETag: asking again for the same answer costs nothing.
"""

from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import quote

from jobs.github.client import PAGE, GithubClient, skipped
from jobs.github.issues import SETTLED
from jobs.github.trouble import MissingError
from models.database.engine import Database
from models.events.github import GithubReading, TopicsReading
from models.github import sync
from models.github.facts import Fact, IssueFact, LabelsFact, PushFact, ReleaseFact
from models.github.fields import Fields
from models.github.gathering import Gathered
from models.github.issues import issue, release
from models.github.repositories import repository
from models.github.sync import Target
from models.record import record
from models.recording.github.news import RECENT
from models.rules.mirror import READ, version


def read_repository(database: Database, asks: GithubClient, task: str, target: Target) -> None:
    """Read the repository itself and, if something was pushed, the newest commit of its default branch."""
    answer = asks.get(_path(target), target.owner, target.etag)
    if answer.unchanged:
        keep(database, target, task, target.etag)
        return
    fields = answer.object()
    fact = repository(fields, "repository", READ)
    is_settled = not fields.has("updated_at") or fields.time("updated_at") <= answer.at - SETTLED
    facts: list[Fact] = []
    if is_settled:
        facts.append(fact)
    if fact.default_branch and fields.has("pushed_at"):
        facts += _head(asks, target, fact.default_branch, fields.time("pushed_at"))
    # What is private stays so: tags are public.
    topics = () if fact.private else fields.texts("topics")
    keep(database, target, task, answer.etag if is_settled else None, facts, topics)


def read_labels(database: Database, asks: GithubClient, task: str, target: Target) -> None:
    """Read all labels by their present names.

    They are read without an ETag, because this also corrects what arrived too late since the last
    reading.
    """
    labels = []
    for page in asks.pages(_path(target, "/labels"), target.owner, per_page=PAGE):
        labels += [(one.id(), one.text("name")) for one in page.objects()]
    facts: list[Fact] = [LabelsFact(target.repository_id, tuple(sorted(labels)))]
    keep(database, target, task, None, facts)


def read_releases(database: Database, asks: GithubClient, task: str, target: Target) -> None:
    """Read the newest releases; those that were published recently are news."""
    answer = asks.get(_path(target, "/releases"), target.owner, target.etag, per_page=PAGE)
    if answer.unchanged:
        keep(database, target, task, target.etag)
        return
    told = Gathered[Fact]()

    def read(one: Fields) -> list[Fact]:
        return [_announced(release(READ, one, target.repository_id), answer.at)]

    told.take_each(answer.objects(), read)
    skipped(target.subject, task, told)
    keep(database, target, task, answer.etag, told.facts)


def read_gone_issues(database: Database, asks: GithubClient, task: str, target: Target) -> None:
    """Look for issues that are open in the mirror and no longer on GitHub.

    GitHub delivers nothing about issues that were deleted or transferred.
    """
    with database.read() as session:
        mirrored = sync.open_issues(session, target.repository_id)
    for page in asks.pages(_path(target, "/issues"), target.owner, state="open", per_page=PAGE):
        for one in page.objects():
            if isinstance(number := one.value.get("number"), int):
                mirrored.pop(number, None)
    told = Gathered[Fact]()
    for number, known in sorted(mirrored.items()):
        told.take(_missing, asks, target, number, known)
    skipped(target.subject, task, told)
    keep(database, target, task, None, told.facts)


def keep(
    database: Database,
    target: Target,
    task: str,
    etag: str | None,
    facts: list[Fact] | None = None,
    topics: tuple[str, ...] | None = None,
) -> None:
    """Record the facts, topics where they were read, and that the task is done, in one transaction."""
    now = datetime.now(UTC)
    with database.write() as session:
        if topics is not None:
            record(session, [TopicsReading(target.repository_id, topics)], now)
        if facts:
            record(session, [GithubReading(tuple(facts), first=target.done_at is None)], now)
        sync.note(session, target.subject, task, now, etag=etag, done_at=now)


def _head(asks: GithubClient, target: Target, branch: str, pushed_at: datetime) -> list[PushFact]:
    """The branch's newest commit, if it is another one than before; an empty repository has none."""
    try:
        answer = asks.get(_path(target, f"/branches/{quote(branch, safe='')}"), target.owner)
    except MissingError:
        return []
    sha = answer.object().object("commit").sha("sha")
    if sha == target.head_sha:
        return []
    # GitHub says when anything was pushed, not when this commit was.
    return [PushFact(target.repository_id, branch, sha, pushed_at)]


def _missing(asks: GithubClient, target: Target, number: int, known: IssueFact) -> list[Fact]:
    """What became of an issue that is not listed as open: it was closed, deleted or transferred.

    For a transferred issue GitHub answers with the issue in its new place, which has another id.
    """
    try:
        shown = asks.get(_path(target, f"/issues/{number}"), target.owner).object()
    except MissingError:
        return [_gone(known)]
    if shown.id() != known.github_id:
        return [_gone(known)]
    return [*issue(READ, shown, target.repository_id)]


def _gone(known: IssueFact) -> IssueFact:
    fact = replace(known, gone=True, version="")
    return replace(fact, version=version(fact, fact.updated_at, final=True))


def _announced(fact: ReleaseFact, now: datetime) -> ReleaseFact:
    lately = fact.published_at is not None and now - fact.published_at <= RECENT
    return replace(fact, announced=lately)


def _path(target: Target, below: str = "") -> str:
    return f"/repositories/{target.repository_id}{below}"
