"""Finding a plugin of the master list by any of its names."""

import re

from sqlmodel import Session, col, select

from models.rules.namesakes import named
from models.tables import Alias, Plugin, RepositoryName

# owner/name, or the address of a page of it or of its clone, as people paste it.
_REPOSITORY = re.compile(
    r"<?(?:(?:https?://|ssh://git@)?(?:www\.)?github\.com/|git@github\.com:)?([\w.-]+/[\w.-]+?)(?:\.git)?(?:/[^\s>]*)?>?",
    re.IGNORECASE,
)


def find_plugin(session: Session, name: str, within: str | None = None) -> Plugin | None:
    """The plugin of this name in any spelling, the one that had it before, or the one of this repository.

    A name with the prefix of an ecosystem is of that one alone, and any other name `within` the one that is known.
    """
    if repository := repository_key(name):
        return _of_repository(session, repository) or _in_folder(session, repository, name)
    try:
        wanted = named(name, within)
    except ValueError:
        return None
    called = (_called(session, handle) for handle in wanted.handles)
    return next((each for each in called if each and wanted.is_of(each.ecosystem)), None)


def _called(session: Session, wanted: str) -> Plugin | None:
    """The plugin that has this handle, or had it."""
    held = session.exec(select(Plugin).where(Plugin.handle == wanted)).first()
    if held is not None:
        return held
    former = (
        select(Plugin)
        .join(Alias, col(Alias.plugin_id) == col(Plugin.id))
        .where(Alias.handle == wanted)
    )
    return session.exec(former).first()


def repository_key(name: str) -> str | None:
    """The repository, in lower case, that owner/name or an address on GitHub names; None for any other name."""
    found = _REPOSITORY.fullmatch(name.strip())
    return found[1].casefold() if found else None


def _in_folder(session: Session, key: str, name: str) -> Plugin | None:
    """Of a repository's plugins, the one whose folder the name or the address ends with."""
    wanted = name.strip().strip("<>").rstrip("/")
    within = select(Plugin).where(col(Plugin.repository_key).startswith(f"{key}/", autoescape=True))
    for plugin in session.exec(within.order_by(col(Plugin.id))):
        if plugin.path and wanted.endswith(f"/{plugin.path}"):
            return plugin
    return None


def _of_repository(session: Session, key: str) -> Plugin | None:
    held = session.exec(select(Plugin).where(Plugin.repository_key == key)).first()
    if held is not None:
        return held
    former = select(Plugin).join(
        RepositoryName, col(RepositoryName.repository_id) == col(Plugin.repository_id)
    )
    return session.exec(former.where(RepositoryName.key == key).order_by(col(Plugin.id))).first()
