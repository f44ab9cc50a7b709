"""Deliveries about repositories, pushes and the App's installations, as facts. Pure."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace

from models.github.facts import AppFact, Fact, PushFact, RepositoryFact
from models.github.fields import Fields, MalformedError
from models.github.repositories import repository
from models.rules.mirror import app_rank, version

# The lists of repositories that a delivery about an installation may hold.
LISTS = ("repositories", "repositories_added", "repositories_removed")

_NOBODY = "ghost"  # whom GitHub shows where an account was deleted


def of_delivery(event: str, action: str, body: Fields) -> Iterator[RepositoryFact]:
    """The repository that the delivery comes from, if it comes from one."""
    if not body.has("repository"):
        return
    fields = body.object("repository")
    former_names = tuple(_former_names(fields.full_name("full_name"), body))
    yield repository(fields, event, action, former_names)


def push(body: Fields) -> Iterator[Fact]:
    """A push to the default branch. Other branches, tags, and a branch's end move nothing."""
    pushed = body.object("repository")
    branch = pushed.branch("default_branch")
    if branch is None or body.text("ref", 1_000) != f"refs/heads/{branch}" or body.flag("deleted"):
        return
    yield PushFact(pushed.id(), branch, body.sha("after"), pushed.time("pushed_at"))


def installation(action: str, body: Fields) -> Iterator[Fact]:
    """The App was installed, suspended, or removed, or was given or lost repositories. An enterprise has no login."""
    fields = body.object("installation")
    account = body.within("installation", "account")
    app = AppFact(
        github_id=fields.id(),
        account=account.words("login") or account.words("slug") or _NOBODY,
        state=_state(action, fields),
        version="",
        removed=_ids(body.maybe_objects("repositories_removed")),
    )
    at = fields.maybe_time("updated_at")
    yield replace(app, version=version(app, at, (app_rank(action),), final=app.state == "deleted"))


def _state(action: str, fields: Fields) -> str:
    """What became of an installation of the App."""
    if action == "deleted":
        return "deleted"
    if fields.has("suspended_at"):
        return "suspended"
    return "active"


def listed(fields: Fields) -> Iterator[RepositoryFact]:
    """One of the repositories that a delivery lists."""
    yield repository(fields)


def _ids(repositories: Iterable[Fields]) -> tuple[int, ...]:
    found: list[int] = []
    for one in repositories:
        with suppress(MalformedError):
            found.append(one.id())
    return tuple(sorted(found))


def _former_names(full_name: str, body: Fields) -> Iterator[str]:
    """The name that it had before it was renamed or transferred."""
    owner, _, name = full_name.partition("/")
    renamed = body.within("changes", "repository", "name")
    if former := renamed.words("from"):
        yield f"{owner}/{former}"
    former_owner = body.within("changes", "owner", "from")
    for kind in ("user", "organization"):
        if login := former_owner.within(kind).words("login"):
            yield f"{login}/{name}"
