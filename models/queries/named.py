"""Which plugins names mean: handles, former handles and repositories, all of them at once."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from itertools import chain

from sqlmodel import Session, col, select

from models.database import bulk
from models.lookup import repository_key
from models.queries.plugins import ON_THE_LIST
from models.queries.privacy import private_plugins
from models.rules.namesakes import Listed, named, namesakes
from models.rules.privacy import Clearance
from models.tables import Plugin, RepositoryName


def named_plugins(
    session: Session, names: Collection[str], allowed: Clearance, within: str | None = None
) -> dict[str, int]:
    """The plugins that the names mean, by their ids: those without a prefix `within` this ecosystem, where it is known.

    One that is hidden is not found by its repository.
    """
    places = {name: key for name in names if (key := repository_key(name))}
    rest = [name for name in names if name not in places and _is_name(name)]
    return plugin_ids(session, rest, within) | _of_repositories(session, places, allowed)


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
    private = private_plugins(session)
    found: dict[str, int] = {}
    for name, key in places.items():
        plugin_id = ids.get(key) or folders.get(name)
        if plugin_id and not allowed.hides(plugin_id, private=plugin_id in private):
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


def _is_name(text: str) -> bool:
    try:
        named(text)
    except ValueError:
        return False
    return True


def handles_of_namesakes(session: Session, handle: str) -> Sequence[str]:
    """The plugins of other ecosystems that have the same name as the one with this handle."""
    same = select(Plugin.handle).where(ON_THE_LIST, col(Plugin.handle).in_(namesakes(handle)))
    return session.exec(same.order_by(Plugin.handle)).all()


def plugin_ids(session: Session, names: Iterable[str], within: str | None = None) -> dict[str, int]:
    """The plugins that these names mean by handle or former handle: of a prefix's ecosystem, or `within` this one.

    Raises:
        ValueError: one is no name.
    """
    wanted = {name: named(name, within) for name in names}
    handles = set(chain.from_iterable(each.handles for each in wanted.values()))
    if not handles:
        return {}
    rows = [(handle,) for handle in sorted(handles)]
    known = {handle: Listed(*listed) for handle, *listed in bulk.run(session, _PLUGINS, rows)}
    found = {name: each.id_among(known) for name, each in wanted.items()}
    return {name: plugin_id for name, plugin_id in found.items() if plugin_id is not None}


# For each batch of reports, whose handles travel as one parameter however many they are.
_PLUGINS = """
SELECT r.handle AS handle, p.id AS id, p.ecosystem AS ecosystem
FROM {rows(handle text)} r JOIN plugin p ON p.handle = r.handle
WHERE p.removed_at IS NULL
UNION ALL
SELECT r.handle, p.id, p.ecosystem FROM {rows(handle text)} r JOIN alias a ON a.handle = r.handle
JOIN plugin p ON p.id = a.plugin_id WHERE p.removed_at IS NULL
"""
