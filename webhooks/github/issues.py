"""Deliveries about issues, labels and releases, as facts. Pure."""

from collections.abc import Iterator
from dataclasses import replace

from models.github_facts import Fact, IssueFact, LabelFact, ReleaseFact
from models.rules.mirror import issue_ranks, release_rank, version
from webhooks.github.fields import Fields
from webhooks.github.repositories import repository

_GONE = frozenset({"deleted", "transferred"})
_PUBLISHED = frozenset({"published", "released"})
_NOBODY = "ghost"  # whom GitHub shows where an account was deleted


def issue(action: str, body: Fields) -> Iterator[Fact]:
    """An issue as the event shows it; what was transferred is gone here, and there is another one elsewhere."""
    repository_id = body.object("repository").id()
    yield from _issue(action, body.object("issue"), repository_id, gone=action in _GONE)
    changes = body.within("changes")
    if action == "transferred" and changes.has("new_issue"):
        new_home = repository(changes.object("new_repository"))
        yield new_home
        yield from _issue("opened", changes.object("new_issue"), new_home.github_id)


def comment(action: str, body: Fields) -> Iterator[Fact]:
    """An issue as a comment on it shows it: being told of a deleted comment, the issue itself is not gone."""
    yield from _issue(action, body.object("issue"), body.object("repository").id())


def label(action: str, body: Fields) -> Iterator[LabelFact]:
    """A label was made, renamed or deleted; a new colour says nothing."""
    repository_id, fields = body.object("repository").id(), body.object("label")
    if action == "deleted":
        yield LabelFact(fields.id(), repository_id, deleted=True)
    elif action == "created":
        yield LabelFact(fields.id(), repository_id, given=fields.text("name"))
    elif (renamed := body.within("changes", "name")).has("from"):
        yield LabelFact(fields.id(), repository_id, given=fields.text("name"), taken=renamed.text("from"))


def release(action: str, body: Fields) -> Iterator[ReleaseFact]:
    """A release as the event shows it."""
    fields = body.object("release")
    published_at = None if fields.flag("draft") else fields.maybe_time("published_at")
    fact = ReleaseFact(
        github_id=fields.id(),
        repository_id=body.object("repository").id(),
        tag=fields.text("tag_name"),
        name=fields.words("name"),
        prerelease=fields.flag("prerelease"),
        published_at=published_at,
        gone=action in {"deleted", "unpublished"},
        version="",
        author=fields.object("author").text("login") if fields.has("author") else "",
    )
    at = fields.maybe_time("updated_at") or published_at or fields.time("created_at")
    made = version(fact, at, (release_rank(action),), final=action == "deleted")
    yield replace(fact, version=made, announced=action in _PUBLISHED and published_at is not None)


def _issue(action: str, fields: Fields, repository_id: int, *, gone: bool = False) -> Iterator[IssueFact]:
    if fields.has("pull_request"):
        return  # comments on pull requests come as comments on issues
    is_whole = fields.has("state") or fields.has("labels")
    if not (is_whole or gone):
        return  # of an issue that was pinned GitHub shows a part, which says nothing new
    labels = tuple(sorted((one.id(), one.text("name")) for one in fields.objects("labels"))) if is_whole else ()
    fact = IssueFact(
        github_id=fields.id(),
        repository_id=repository_id,
        number=fields.count("number"),
        title=fields.text("title"),
        state=_state(fields) if is_whole else "open",
        author=fields.object("user").text("login") if fields.has("user") else _NOBODY,
        labels=labels,
        comments=fields.count("comments"),
        created_at=fields.time("created_at"),
        updated_at=fields.time("updated_at"),
        closed_at=fields.maybe_time("closed_at"),
        gone=gone,
        version="",
    )
    ranks = issue_ranks(action, fact.state, len(labels))
    yield replace(fact, version=version(fact, fact.updated_at, ranks, final=gone))


def _state(fields: Fields) -> str:
    state = fields.text("state")
    if state not in {"open", "closed"}:
        raise fields.wrong("state", "open or closed")
    return state
