"""Repositories, as facts. Pure."""

from dataclasses import replace

from models.github.facts import RepositoryFact
from models.github.fields import Fields
from models.rules.mirror import repository_rank, version

_LONGEST_LICENCE = 100


def repository(
    fields: Fields,
    event: str = "",
    action: str = "",
    former_names: tuple[str, ...] = (),
) -> RepositoryFact:
    """A repository as it is shown. Lists of repositories say little of each, and not when."""
    fact = RepositoryFact(
        github_id=fields.id(),
        full_name=fields.full_name("full_name"),
        private=fields.flag("private"),
        archived=fields.flag("archived"),
        deleted=event == "repository" and action == "deleted",
        default_branch=fields.branch("default_branch"),
        version="",
        former_names=former_names,
        licence=fields.within("license").words("spdx_id", _LONGEST_LICENCE) or None,
        owner_kind=fields.within("owner").words("type", _LONGEST_LICENCE) or None,
    )
    at, ranks = fields.maybe_time("updated_at"), (repository_rank(event, action),)
    return replace(
        fact,
        version=version(replace(fact, former_names=()), at, ranks, final=fact.deleted),
        at=at,
    )
