"""Which plugins names mean: handles, former handles and repositories, all of them at once."""

from collections.abc import Collection

from sqlmodel import Session, col, select

from models.lookup import find_plugin, repository_key
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
    hidden = private_plugins(session)
    found: dict[str, int] = {}
    for name, key in places.items():
        plugin_id = ids.get(key) or _in_folder(session, name)
        if plugin_id and (allowed.knows(plugin_id) or plugin_id not in hidden):
            found[name] = plugin_id
    return found


def _in_folder(session: Session, name: str) -> int | None:
    """Of a repository with several plugins, the one in the folder that the name ends with."""
    if name.count("/") < 2:
        return None
    found = find_plugin(session, name)
    return found.id if found and not found.removed_at else None


def _handle(name: str) -> str:
    try:
        return handle(name)
    except ValueError:
        return ""
