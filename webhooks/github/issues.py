"""Deliveries about issues, labels and releases, as facts. Pure."""

from collections.abc import Iterator

from models.github import issues
from models.github.facts import Fact, LabelFact
from models.github.fields import Fields
from models.github.repositories import repository

_GONE = frozenset({"deleted", "transferred"})


def issue(action: str, body: Fields) -> Iterator[Fact]:
    """An issue as the event shows it; what was transferred is gone here."""
    repository_id = body.object("repository").id()
    yield from issues.issue(action, body.object("issue"), repository_id, gone=action in _GONE)


def transferred(action: str, body: Fields) -> Iterator[Fact]:
    """The issue that there is elsewhere now, and its new home."""
    changes = body.within("changes")
    if action == "transferred" and changes.has("new_issue"):
        new_home = repository(changes.object("new_repository"))
        yield new_home
        yield from issues.issue("opened", changes.object("new_issue"), new_home.github_id)


def comment(action: str, body: Fields) -> Iterator[Fact]:
    """An issue as a comment on it shows it: being told of a deleted comment, the issue itself is not gone."""
    yield from issues.issue(action, body.object("issue"), body.object("repository").id())


def label(action: str, body: Fields) -> Iterator[LabelFact]:
    """A label was made, renamed or deleted; a new colour says nothing."""
    repository_id = body.object("repository").id()
    fields = body.object("label")
    renamed = body.within("changes", "name")
    if action == "deleted":
        yield LabelFact(fields.id(), repository_id, deleted=True)
    elif action == "created":
        yield LabelFact(fields.id(), repository_id, given=fields.text("name"))
    elif renamed.has("from"):
        yield LabelFact(
            fields.id(), repository_id, given=fields.text("name"), taken=renamed.text("from")
        )


def release(action: str, body: Fields) -> Iterator[Fact]:
    """A release as the event shows it."""
    yield issues.release(action, body.object("release"), body.object("repository").id())
