"""Some plugins of the master list with all that the clients of the Plugin Manager read of each."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy
from sqlalchemy import bindparam
from sqlalchemy.orm import Bundle
from sqlmodel import Session, col, select

from models.database import bulk
from models.queries.incidents import open_on
from models.queries.lines import lines_on
from models.queries.plugins import PLUGIN_COLUMNS, plugin_view
from models.queries.privacy import shown_plugin
from models.rules.privacy import PUBLIC
from models.rules.sources import IN_REPOSITORY
from models.tables import Plugin, Repository, RepositoryOwner
from models.views import IncidentView, StatusLine
from models.views.listed import ListedPlugin, OwnerView

_PERSON = "User"
_PLUGIN: Bundle[Any] = Bundle("plugin", *PLUGIN_COLUMNS)
_REPOSITORY: Bundle[Any] = Bundle(
    "repository",
    col(Repository.github_id),
    col(Repository.full_name),
    col(Repository.private),
    col(Repository.owner_kind),
    col(Repository.default_branch),
)
# As rows of SQLModel, and put together each time, they took longer to read than to find.
_WITH_REPOSITORY = (
    sqlalchemy.select(_PLUGIN, _REPOSITORY)
    .outerjoin(Repository, col(Repository.github_id) == col(Plugin.repository_id))
    .where(col(Plugin.handle).in_(bindparam("handles", expanding=True)))
)
# Whom CODEOWNERS names, and of which plugins CI has said something.
_BESIDE = {
    "owners": ("plugin_id, login_key", """
SELECT o.plugin_id, o.login_key FROM {plugins(id int)} r {each code_owner o where o.plugin_id = r.id}
ORDER BY o.plugin_id, o.login_key
"""),
    "tested": ("plugin_id", """
SELECT DISTINCT v.plugin_id FROM {plugins(id int)} r {each source_verdict v where v.plugin_id = r.id}
JOIN {sources(name text)} s ON s.name = v.source
"""),
}  # fmt: skip
_SOURCES = [(source,) for source in sorted(IN_REPOSITORY)]


def listed_plugins(
    session: Session, handles: Collection[str], host_branch: str, now: datetime
) -> list[ListedPlugin]:
    """What everybody may know of these plugins, as they do on the host branch at `now`, in the order of the handles."""
    rows = session.execute(_WITH_REPOSITORY, {"handles": list(handles)}).all()
    ids = [plugin.id for plugin, _ in rows]
    lines = lines_on(session, ids, host_branch, now)
    incidents = open_on(session, ids, host_branch)
    beside = bulk.fetch(session, _BESIDE, plugins=[(each,) for each in ids], sources=_SOURCES)
    owners = _code_owners(beside["owners"])
    accounts = _accounts(session, [each for _, each in rows if each.github_id])
    tested = {plugin_id for (plugin_id,) in beside["tested"]}
    found: dict[str, ListedPlugin] = {}
    for plugin, repository in rows:
        plugin_id = plugin.id
        status = _worst(lines.get(plugin_id, []))
        hidden = bool(repository.private)
        public = repository if repository.github_id and not hidden else None
        found[plugin.handle] = ListedPlugin(
            plugin=shown_plugin(plugin_view(plugin), PUBLIC, hidden=hidden),
            status=status,
            incident=_incident_of(status, incidents.get(plugin_id, [])),
            owner_kind=(public.owner_kind or "") if public else "",
            default_branch=(public.default_branch or "") if public else "",
            tested=plugin_id in tested and not hidden,
            owner=accounts.get(_login(public)) if public else None,
            maintainers=() if hidden else _maintainers(plugin, public, owners.get(plugin_id, [])),
        )
    return [found[handle] for handle in handles if handle in found]


def _worst(lines: Collection[StatusLine]) -> StatusLine | None:
    """Of the plugin's branches, the one that is worst off; of two, where it is newer."""
    return max(lines, key=lambda line: (line.verdict.severity, line.changed_at), default=None)


def _incident_of(
    status: StatusLine | None, incidents: Collection[IncidentView]
) -> IncidentView | None:
    """The failure to show while the plugin does not work: of the branch that is shown, if it has one."""
    of_branch = [
        each for each in incidents if status and each.plugin_branch == status.plugin_branch
    ]
    return next(iter((*of_branch, *incidents)), None)


def _login(repository: Any) -> str:
    login: str = repository.full_name.partition("/")[0]
    return login.lower()


def _accounts(session: Session, repositories: Collection[Any]) -> dict[str, OwnerView]:
    """What the repositories' owners say of themselves, by their logins in lower case."""
    logins = {_login(each) for each in repositories}
    if not logins:
        return {}
    rows = session.exec(select(RepositoryOwner).where(col(RepositoryOwner.login_key).in_(logins)))
    return {row.login_key: OwnerView(row.email, row.website, row.description) for row in rows}


def _code_owners(found: Iterable[Sequence[Any]]) -> dict[int, list[str]]:
    owners: dict[int, list[str]] = {}
    for plugin_id, login in found:
        owners.setdefault(plugin_id, []).append(login)
    return owners


def _maintainers(plugin: Any, repository: Any, owners: Collection[str]) -> tuple[str, ...]:
    """Whom people name; else whom CODEOWNERS names for plugin.rb, the repository's owner first.

    A person who owns the repository is one in any case.
    """
    if plugin.maintainers:
        return tuple(plugin.maintainers)
    owner = plugin.repository.partition("/")[0]
    is_person = repository is not None and repository.owner_kind == _PERSON
    others = [login for login in owners if login != owner.lower()]
    is_named = is_person or len(others) < len(owners)
    return (owner, *others) if is_named else tuple(others)
