"""Issues and releases, as facts. Pure."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from models.github.facts import IssueFact, ReleaseFact
from models.github.fields import Fields, MalformedError
from models.rules.mirror import issue_ranks, release_rank, version
from models.rules.redact import redact

_NOBODY = "ghost"  # whom GitHub shows where an account was deleted
_UNTITLED = "(no title)"
_PUBLISHED = frozenset({"published", "released"})
_MARKER = re.compile(r"<!-- pluginwatch:([0-9a-f]{16}) -->")


def issue(
    action: str,
    fields: Fields,
    repository_id: int,
    *,
    gone: bool = False,
) -> Iterator[IssueFact]:
    """An issue as an event of this action shows it, or a reading of it
    (`models.rules.mirror.READ`).
    """
    if fields.has("pull_request"):
        return  # GitHub counts pull requests among the issues
    is_whole = fields.has("state") or fields.has("labels")
    if not (is_whole or gone):
        return  # of an issue that was pinned GitHub shows a part, which says nothing new
    labels = _labels(fields) if is_whole else ()
    updated_at = fields.time("updated_at")
    fact = IssueFact(
        github_id=fields.id(),
        repository_id=repository_id,
        number=fields.count("number"),
        title=redact(fields.words("title")) or _UNTITLED,
        state=_state(fields) if is_whole else "open",
        author=fields.within("user").words("login") or _NOBODY,
        labels=labels,
        comments=fields.maybe_count("comments"),
        created_at=fields.maybe_time("created_at") or updated_at,
        updated_at=updated_at,
        closed_at=fields.maybe_time("closed_at"),
        gone=gone,
        version="",
        marker=_marker(fields.value.get("body")),
    )
    ranks = issue_ranks(action, fact.state, len(labels))
    yield replace(fact, version=version(fact, fact.updated_at, ranks, final=gone))


def _labels(fields: Fields) -> tuple[tuple[int, str], ...]:
    """The labels that have an id and a name: without these, a label can neither be found again nor shown."""
    found: list[tuple[int, str]] = []
    for one in fields.maybe_objects("labels"):
        with suppress(MalformedError):
            found.append((one.id(), one.text("name")))
    return tuple(sorted(found))


def _marker(body: object) -> str:
    """The marker that an issue bears which was filed from here."""
    found = _MARKER.search(body) if isinstance(body, str) else None
    return found[1] if found else ""


def release(action: str, fields: Fields, repository_id: int) -> ReleaseFact:
    """A release as an event of this action shows it, or a reading of it."""
    published_at = None if fields.flag("draft") else fields.maybe_time("published_at")
    fact = ReleaseFact(
        github_id=fields.id(),
        repository_id=repository_id,
        tag=fields.text("tag_name"),
        name=fields.words("name"),
        prerelease=fields.flag("prerelease"),
        published_at=published_at,
        gone=action in {"deleted", "unpublished"},
        version="",
        author=fields.within("author").words("login"),
    )
    at = _release_time(fields, published_at)
    made = version(fact, at, (release_rank(action),), final=action == "deleted")
    return replace(fact, version=made, announced=action in _PUBLISHED and published_at is not None)


def _release_time(fields: Fields, published_at: datetime | None) -> datetime:
    return fields.maybe_time("updated_at") or published_at or fields.time("created_at")


def _state(fields: Fields) -> str:
    state = fields.text("state")
    if state not in {"open", "closed"}:
        raise fields.wrong("state", "open or closed")
    return state
