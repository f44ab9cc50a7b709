"""Which repository a plugin follows.

It follows by GitHub's id, so that renames, transfers and new repositories do not mislead it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain

import structlog
from sqlmodel import Session, col, func, or_, select

from models.database import bulk
from models.tables import Plugin, Repository, RepositoryName

# Repositories that swap their names must not send a plugin round in circles.
_MOST_STEPS = 5
_EVER = datetime.min.replace(tzinfo=UTC)

_log = structlog.get_logger()


def follow(session: Session, plugins: Sequence[Plugin], now: datetime) -> list[Plugin]:
    """Let the plugins follow the repositories that have or had their names, and take their present names.

    Returns the plugins that follow another repository than before.
    """
    before = [plugin.repository_id for plugin in plugins]
    renamed = plugins
    for _ in range(_MOST_STEPS):  # under its new name there may be another repository to follow
        given_up = {plugin.repository_key for plugin in renamed}
        renamed = _step(session, renamed, now) if renamed else ()
        renamed = [*renamed, *_waiting(session, given_up, renamed)]
    moved = []
    for plugin, former in zip(plugins, before, strict=True):
        if plugin.repository_id != former:
            moved.append(plugin)
    return moved


def _step(session: Session, plugins: Sequence[Plugin], now: datetime) -> list[Plugin]:
    """Follow repositories by the plugins' present names; return the plugins that got a new name."""
    candidates = _candidates(session, plugins)
    repositories = [each.repository for each in chain.from_iterable(candidates.values())]
    if not repositories:
        return []
    holders = _holders(session, {_name(repository) for repository in repositories})
    followers = _followers(session, [repository.github_id for repository in repositories])
    for plugin in plugins:
        if chosen := _choose(plugin, candidates[plugin.id or 0], holders, followers):
            plugin.repository_id = chosen.github_id
    names = {repository.github_id: repository.full_name for repository in repositories}
    named = [(plugin, names.get(plugin.repository_id or 0, "")) for plugin in plugins]
    return _rename(session, named, holders, now)


def concerned(session: Session, repository_ids: Iterable[int]) -> Sequence[Plugin]:
    """The plugins that follow these repositories, or that have a present or former name of one."""
    ids = list(repository_ids)
    if not ids:
        return ()
    names = select(RepositoryName.key).where(col(RepositoryName.repository_id).in_(ids))
    named = or_(col(Plugin.repository_key).in_(names), col(Plugin.repository_id).in_(ids))
    return session.exec(select(Plugin).where(named).order_by(col(Plugin.id))).all()


def former_names(session: Session) -> dict[str, int]:
    """The former names of followed repositories, each with its plugin's id.

    Names that another repository has now are left out.
    """
    return dict(bulk.run(session, _FORMER_NAMES))


def _waiting(
    session: Session, names: Collection[str], renamed: Sequence[Plugin]
) -> Sequence[Plugin]:
    """The plugins whose repositories have one of these names, which other repositories had until now."""
    if not renamed:
        return ()
    followed = (
        select(Plugin)
        .join(Repository, col(Repository.github_id) == col(Plugin.repository_id))
        .where(func.lower(Repository.full_name).in_(names))
    )
    return [
        plugin
        for plugin in session.exec(followed.order_by(col(Plugin.id)))
        if plugin.repository_key not in names
    ]


@dataclass(frozen=True, slots=True)
class _NamedRepository:
    """A repository that a plugin may follow, and from when to when it bore the plugin's name."""

    repository: Repository
    since: datetime
    given_up_at: datetime | None

    @property
    def name(self) -> str:
        """Its present one, in lower case."""
        return self.repository.full_name.lower()


def _candidates(session: Session, plugins: Sequence[Plugin]) -> dict[int, list[_NamedRepository]]:
    """For each plugin's id, the repository that it follows and those that have or had its name."""
    named = _named(session, {plugin.repository_key for plugin in plugins})
    ids = {plugin.repository_id for plugin in plugins if plugin.repository_id}
    for names in named.values():
        ids.update(name.repository_id for name in names.values())
    repositories = _repositories(session, ids)
    candidates = {}
    for plugin in plugins:
        names = named.get(plugin.repository_key, {})
        own = {plugin.repository_id or 0, *names} & repositories.keys()
        candidates[plugin.id or 0] = [
            _candidate(repositories[id_], names.get(id_)) for id_ in sorted(own)
        ]
    return candidates


def _candidate(repository: Repository, name: RepositoryName | None) -> _NamedRepository:
    # What was noted without a time, before times were kept, was first.
    since = name.since if name else None
    return _NamedRepository(repository, since or _EVER, name.given_up_at if name else None)


def _repositories(session: Session, ids: set[int]) -> dict[int, Repository]:
    if not ids:
        return {}
    rows = session.exec(select(Repository).where(col(Repository.github_id).in_(ids)))
    return {row.github_id: row for row in rows}


def _named(session: Session, keys: set[str]) -> dict[str, dict[int, RepositoryName]]:
    """For each of the names, what is known of it by the ids of the repositories that have or had it."""
    rows = select(RepositoryName).where(col(RepositoryName.key).in_(keys))
    named: dict[str, dict[int, RepositoryName]] = {}
    # What remembers names writes past the session, so that what the session knows may be old.
    for name in session.exec(rows.execution_options(populate_existing=True)):
        named.setdefault(name.key, {})[name.repository_id] = name
    return named


def _holders(session: Session, names: Iterable[str]) -> dict[str, int]:
    """For each of these repository names, the id of the plugin that has it."""
    rows = session.exec(
        select(Plugin.repository_key, Plugin.id).where(col(Plugin.repository_key).in_(names))
    )
    return {key: id_ or 0 for key, id_ in rows}


def _followers(session: Session, ids: Collection[int]) -> dict[int, set[str]]:
    """For each of these repositories, by which names the plugins have it that follow it."""
    rows = select(Plugin.repository_id, Plugin.repository_key)
    followers: dict[int, set[str]] = {}
    for id_, key in session.exec(rows.where(col(Plugin.repository_id).in_(ids))):
        followers.setdefault(id_ or 0, set()).add(key)
    return followers


def _choose(
    plugin: Plugin,
    candidates: Sequence[_NamedRepository],
    holders: Mapping[str, int],
    followers: Mapping[int, Collection[str]],
) -> Repository | None:
    """The repository that bore the plugin's name first, of those that did when the plugin came on the list.

    One that was deleted, or has or is another plugin's, is only the last. So a repository that takes over a free name
    does not take over the plugin too, however old it is itself.
    """

    def rank(candidate: _NamedRepository) -> tuple[bool, bool, bool, bool, datetime, bool, int]:
        has_name = candidate.name == plugin.repository_key
        is_lost = candidate.repository.deleted and has_name
        # Several plugins of one repository have the same name of it.
        names = followers.get(candidate.repository.github_id, ())
        is_others = any(key != plugin.repository_key for key in names)
        has_others_name = holders.get(candidate.name, plugin.id) != plugin.id
        given_up = candidate.given_up_at
        was_gone = not has_name and given_up is not None and given_up < plugin.created_at
        number = candidate.repository.github_id
        # Within one second it was given up before it was taken.
        return is_lost, has_others_name, is_others, was_gone, candidate.since, has_name, number

    chosen = min(candidates, key=rank, default=None)
    return chosen.repository if chosen else None


def _rename(
    session: Session, named: Sequence[tuple[Plugin, str]], holders: dict[str, int], now: datetime
) -> list[Plugin]:
    """Give the plugins their repositories' present names.

    A plugin may wait for the name that another one gives up. Returns the plugins that got a new name.
    """
    renamed: list[Plugin] = []
    waiting = [(plugin, name) for plugin, name in named if name and name != plugin.repository]
    while free := _first_free(waiting, holders):
        waiting.remove(free)
        plugin, name = free
        holders.pop(plugin.repository_key, None)
        holders[name.lower()] = plugin.id or 0
        plugin.repository = name
        plugin.repository_key = name.lower()
        plugin.updated_at = now
        session.add(plugin)
        session.flush()  # one by one, or a name could be taken before it is given up
        renamed.append(plugin)
    for plugin, name in waiting:
        _log.warning("repository_name_held", plugin=plugin.handle, repository=name)
    return renamed


def _first_free(
    waiting: Sequence[tuple[Plugin, str]], holders: Mapping[str, int]
) -> tuple[Plugin, str] | None:
    """The first plugin whose wanted name no other plugin holds, with this name."""
    for plugin, name in waiting:
        if holders.get(name.lower(), plugin.id) == plugin.id:
            return plugin, name
    return None


def _name(repository: Repository) -> str:
    return repository.full_name.lower()


# With every batch of deliveries: one statement that leaves the rows of the tables unmade.
_FORMER_NAMES = """
SELECT n.key, p.id FROM repository_name n JOIN plugin p ON p.repository_id = n.repository_id
WHERE NOT EXISTS (
    SELECT 1 FROM repository r
    WHERE lower(r.full_name) = n.key AND r.github_id <> n.repository_id AND NOT r.deleted
)
ORDER BY p.id DESC
"""
