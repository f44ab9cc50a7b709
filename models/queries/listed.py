"""Some plugins of the master list with all that the clients of the Plugin Manager read of each."""

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session, col, select

from models.queries.incidents import open_on
from models.queries.lines import lines_on
from models.queries.plugins import plugin_view
from models.queries.privacy import shown_plugin, visible
from models.rules.privacy import PUBLIC
from models.rules.sources import IN_REPOSITORY
from models.tables import CodeOwner, Plugin, Repository, RepositoryOwner, SourceVerdict
from models.views import IncidentView, StatusLine
from models.views.listed import ListedPlugin, OwnerView

_PERSON = "User"


def listed_plugins(
    session: Session, handles: Collection[str], host_branch: str, now: datetime
) -> list[ListedPlugin]:
    """What everybody may know of these plugins, as they do on the host branch at `now`, in the order of the handles."""
    rows = session.exec(
        select(Plugin, Repository)
        .outerjoin(Repository, col(Repository.github_id) == col(Plugin.repository_id))
        .where(col(Plugin.handle).in_(handles))
    ).all()
    ids = [plugin.id or 0 for plugin, _ in rows]
    lines = lines_on(session, ids, host_branch, now)
    incidents = open_on(session, ids, host_branch)
    owners = _code_owners(session, ids)
    accounts = _accounts(session, [repository for _, repository in rows])
    tested = _tested(session, ids)
    found: dict[str, ListedPlugin] = {}
    for plugin, repository in rows:
        plugin_id = plugin.id or 0
        status = _worst(lines.get(plugin_id, []))
        hidden = repository is not None and repository.private
        public = None if hidden else repository
        found[plugin.handle] = ListedPlugin(
            plugin=shown_plugin(plugin_view(plugin), PUBLIC, hidden=hidden),
            status=status,
            incident=_incident_of(status, incidents.get(plugin_id, [])),
            owner_kind=(public.owner_kind or "") if public else "",
            default_branch=(public.default_branch or "") if public else "",
            tested=plugin_id in tested,
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


def _login(repository: Repository) -> str:
    return repository.full_name.partition("/")[0].lower()


def _accounts(
    session: Session, repositories: Collection[Repository | None]
) -> dict[str, OwnerView]:
    """What the repositories' owners say of themselves, by their logins in lower case."""
    logins = {_login(each) for each in repositories if each}
    rows = session.exec(select(RepositoryOwner).where(col(RepositoryOwner.login_key).in_(logins)))
    return {row.login_key: OwnerView(row.email, row.website, row.description) for row in rows}


def _code_owners(session: Session, ids: Collection[int]) -> dict[int, list[str]]:
    rows = session.exec(
        select(CodeOwner).where(col(CodeOwner.plugin_id).in_(ids)).order_by(CodeOwner.login_key)
    )
    owners: dict[int, list[str]] = {}
    for row in rows:
        owners.setdefault(row.plugin_id, []).append(row.login_key)
    return owners


def _tested(session: Session, ids: Collection[int]) -> set[int]:
    """Those of which CI has said something that everybody may know."""
    asked = select(SourceVerdict.plugin_id).where(
        col(SourceVerdict.plugin_id).in_(ids),
        col(SourceVerdict.source).in_(IN_REPOSITORY),
        visible(col(SourceVerdict.plugin_id), col(SourceVerdict.source), PUBLIC),
    )
    return set(session.exec(asked.distinct()))


def _maintainers(
    plugin: Plugin, repository: Repository | None, owners: Collection[str]
) -> tuple[str, ...]:
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
