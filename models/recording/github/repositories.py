"""Which repository a plugin follows: by GitHub's id, so that renames, transfers and newcomers do not mislead it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import structlog
from sqlmodel import Session, col, or_, select

from models.database import bulk
from models.tables import Plugin, Repository, RepositoryName

# Repositories that swap names with each other must not keep a plugin going in circles.
_MOST_STEPS = 5

_log = structlog.get_logger()


def follow(session: Session, plugins: Sequence[Plugin], now: datetime) -> list[Plugin]:
    """Bind the plugins to the repositories that bear or bore their names, and name them as those are named now.

    Return the plugins that follow another repository than before.
    """
    before = [plugin.repository_id for plugin in plugins]
    renamed = plugins
    for _ in range(_MOST_STEPS):  # under its new name there may be another repository to follow
        renamed = _step(session, renamed, now) if renamed else ()
    return [plugin for plugin, former in zip(plugins, before, strict=True) if plugin.repository_id != former]


def _step(session: Session, plugins: Sequence[Plugin], now: datetime) -> list[Plugin]:
    """Follow what there is to follow under the names that they have; return the plugins that are named anew."""
    candidates = _candidates(session, plugins)
    if not any(candidates.values()):
        return []
    holders = _holders(session, {_name(one) for each in candidates.values() for one in each})
    for plugin in plugins:
        if chosen := _choose(plugin, candidates[plugin.id or 0], holders):
            plugin.repository_id = chosen.github_id
    names = {one.github_id: one.full_name for each in candidates.values() for one in each}
    named = [(plugin, names.get(plugin.repository_id or 0, "")) for plugin in plugins]
    return _rename(session, named, holders, now)


def concerned(session: Session, repository_ids: Iterable[int]) -> Sequence[Plugin]:
    """The plugins that follow these repositories, or that are named as one of them is or was."""
    ids = list(repository_ids)
    if not ids:
        return ()
    names = select(RepositoryName.key).where(col(RepositoryName.repository_id).in_(ids))
    named = or_(col(Plugin.repository_key).in_(names), col(Plugin.repository_id).in_(ids))
    return session.exec(select(Plugin).where(named).order_by(col(Plugin.id))).all()


def former_names(session: Session) -> dict[str, int]:
    """The former names of followed repositories that no other repository has taken, each with its plugin's id."""
    return dict(bulk.run(session, _FORMER_NAMES))


def _candidates(session: Session, plugins: Sequence[Plugin]) -> dict[int, list[Repository]]:
    keys = {plugin.repository_key for plugin in plugins}
    bound = {plugin.repository_id for plugin in plugins if plugin.repository_id}
    named: dict[str, set[int]] = {}
    for key, id_ in session.exec(
        select(RepositoryName.key, RepositoryName.repository_id).where(col(RepositoryName.key).in_(keys))
    ):
        named.setdefault(key, set()).add(id_)
    ids = bound.union(*named.values())
    rows = session.exec(select(Repository).where(col(Repository.github_id).in_(ids))).all() if ids else ()
    by_id = {row.github_id: row for row in rows}
    return {
        plugin.id or 0: [
            by_id[id_] for id_ in {*named.get(plugin.repository_key, ()), plugin.repository_id or 0} if id_ in by_id
        ]
        for plugin in plugins
    }


def _holders(session: Session, names: Iterable[str]) -> dict[str, int]:
    """Which plugin has which of these names."""
    rows = session.exec(select(Plugin.repository_key, Plugin.id).where(col(Plugin.repository_key).in_(names)))
    return {key: id_ or 0 for key, id_ in rows}


def _choose(plugin: Plugin, candidates: Sequence[Repository], holders: Mapping[str, int]) -> Repository | None:
    """The oldest one, unless it was deleted under this name, or has become what another plugin is named after.

    So whoever takes a name that was given up does not take the plugin along.
    """

    def place(candidate: Repository) -> tuple[bool, bool, int]:
        name = _name(candidate)
        is_lost = candidate.deleted and name == plugin.repository_key
        return is_lost, holders.get(name, plugin.id) != plugin.id, candidate.github_id

    return min(candidates, key=place, default=None)


def _rename(
    session: Session, named: Sequence[tuple[Plugin, str]], holders: dict[str, int], now: datetime
) -> list[Plugin]:
    """Give the plugins their repositories' current names; a name that one gives up may be what another waits for.

    Return those that got another one.
    """
    renamed: list[Plugin] = []
    waiting = [(plugin, name) for plugin, name in named if name and name != plugin.repository]
    while free := next((one for one in waiting if holders.get(one[1].lower(), one[0].id) == one[0].id), None):
        waiting.remove(free)
        plugin, name = free
        holders.pop(plugin.repository_key, None)
        holders[name.lower()] = plugin.id or 0
        plugin.repository, plugin.repository_key, plugin.updated_at = name, name.lower(), now
        session.add(plugin)
        session.flush()  # one by one, or a name could be taken before it is given up
        renamed.append(plugin)
    for plugin, name in waiting:
        _log.warning("repository_name_held", plugin=plugin.handle, repository=name)
    return renamed


def _name(repository: Repository) -> str:
    return repository.full_name.lower()


_FORMER_NAMES = """
SELECT n.key, p.id FROM repository_name n JOIN plugin p ON p.repository_id = n.repository_id
WHERE NOT EXISTS (
    SELECT 1 FROM repository r
    WHERE lower(r.full_name) = n.key AND r.github_id <> n.repository_id AND NOT r.deleted
)
ORDER BY p.id DESC
"""
