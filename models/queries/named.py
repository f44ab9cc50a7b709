"""Which plugins names mean: handles, former handles and repositories, all of them at once."""

from collections import defaultdict
from collections.abc import Collection

from sqlmodel import Session, col, select

from models.lookup import repository_key
from models.queries.plugins import ON_THE_LIST, plugin_ids
from models.queries.privacy import private_plugins
from models.rules.handle import handle
from models.rules.privacy import Clearance
from models.tables import Plugin, RepositoryName


def named_plugins(session: Session, names: Collection[str], allowed: Clearance) -> dict[str, int]:
    """The plugins that the names mean, by their ids. One that is hidden is not found by its repository."""
    places = {name: key for name in names if (key := repository_key(name))}
    handles = {name: _handle(name) for name in names if name not in places}
    ids = plugin_ids(session, set(filter(None, handles.values())))
    of_handles = {name: ids[wanted] for name, wanted in handles.items() if wanted in ids}
    return of_handles | _of_repositories(session, places, allowed)


def _of_repositories(
    session: Session, places: dict[str, str], allowed: Clearance
) -> dict[str, int]:
    if not places:
        return {}
    keys = set(places.values())
    former = (
        select(RepositoryName.key, Plugin.id)
        .join(Plugin, col(Plugin.repository_id) == col(RepositoryName.repository_id))
        .where(col(RepositoryName.key).in_(keys), ON_THE_LIST)
        .order_by(col(Plugin.id).desc())
    )
    held = select(Plugin.repository_key, Plugin.id).where(
        col(Plugin.repository_key).in_(keys), ON_THE_LIST
    )
    ids = dict(session.exec(former).all()) | dict(session.exec(held).all())
    folders = _folders(session, {name: key for name, key in places.items() if key not in ids})
    hidden = private_plugins(session)
    found: dict[str, int] = {}
    for name, key in places.items():
        plugin_id = ids.get(key) or folders.get(name)
        if plugin_id and (allowed.knows(plugin_id) or plugin_id not in hidden):
            found[name] = plugin_id
    return found


def _folders(session: Session, places: dict[str, str]) -> dict[str, int]:
    """Of repositories with several plugins, those in the folders that the names end with."""
    deep = {name: key for name, key in places.items() if name.count("/") > 1}
    if not deep:
        return {}
    held = select(Plugin.repository, Plugin.path, Plugin.id).where(Plugin.path != "", ON_THE_LIST)
    within: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for repository, path, plugin_id in session.exec(held.order_by(col(Plugin.id).desc())):
        within[repository.casefold()].append((path, plugin_id or 0))
    found: dict[str, int] = {}
    for name, key in deep.items():
        end = name.strip().strip("<>").rstrip("/")
        for path, plugin_id in within[key]:
            if end.endswith(f"/{path}"):
                found[name] = plugin_id
    return found


def _handle(name: str) -> str:
    try:
        return handle(name)
    except ValueError:
        return ""
