"""Deliveries about repositories, pushes and the App's installations, as facts. Pure."""

from collections.abc import Iterator
from dataclasses import replace

from models.github.facts import AppFact, Fact, PushFact, RepositoryFact
from models.github.fields import Fields
from models.github.repositories import repository
from models.rules.mirror import app_rank, version


def of_delivery(event: str, action: str, body: Fields) -> Iterator[RepositoryFact]:
    """The repository that the delivery comes from, if it comes from one."""
    if body.has("repository"):
        fields = body.object("repository")
        yield repository(fields, event, action, tuple(_former_names(fields.full_name("full_name"), body)))


def push(body: Fields) -> Iterator[Fact]:
    """A push to the default branch. Other branches, tags, and a branch's end move nothing."""
    pushed = body.object("repository")
    branch = pushed.branch("default_branch")
    if branch is None or body.text("ref", 1_000) != f"refs/heads/{branch}" or body.flag("deleted"):
        return
    yield PushFact(pushed.id(), branch, body.sha("after"), pushed.time("pushed_at"))


def installation(action: str, body: Fields) -> Iterator[Fact]:
    """The App was installed, suspended, or removed, or was given or lost repositories."""
    fields = body.object("installation")
    removed = _listed(body, "repositories_removed")
    app = AppFact(
        github_id=fields.id(),
        account=fields.object("account").text("login"),
        state="deleted" if action == "deleted" else "suspended" if fields.has("suspended_at") else "active",
        version="",
        removed=tuple(sorted(fact.github_id for fact in removed)),
    )
    at, deleted = fields.maybe_time("updated_at"), app.state == "deleted"
    yield replace(app, version=version(app, at, (app_rank(action),), final=deleted))
    yield from [*_listed(body, "repositories"), *_listed(body, "repositories_added"), *removed]


def _listed(body: Fields, key: str) -> list[RepositoryFact]:
    return [repository(fields) for fields in body.objects(key)] if body.has(key) else []


def _former_names(full_name: str, body: Fields) -> Iterator[str]:
    """The name that it had before it was renamed or transferred."""
    owner, _, name = full_name.partition("/")
    renamed = body.within("changes", "repository", "name")
    if renamed.has("from"):
        yield f"{owner}/{renamed.text('from')}"
    former_owner = body.within("changes", "owner", "from")
    for kind in ("user", "organization"):
        if former_owner.has(kind):
            yield f"{former_owner.object(kind).text('login')}/{name}"
