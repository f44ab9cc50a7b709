"""The master list."""

from collections.abc import Collection, Iterable
from dataclasses import fields
from datetime import datetime
from typing import Any

import sqlalchemy
from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from models.database import bulk
from models.lookup import find_plugin as find_row
from models.lookup import repository_key
from models.queries.plugin_rows import PluginRow, SaidOnBranch, plugin_rows
from models.queries.privacy import is_hidden, shown_plugin
from models.queries.severity import BY_SEVERITY
from models.rules.bylines import byline
from models.rules.privacy import PUBLIC, Clearance
from models.rules.status import ANY_BROKEN, Verdict, combine
from models.tables import Plugin
from models.views import PluginLine, PluginView
from models.views.usage import InstallsView

# What is known of a plugin beside its row, in one statement: it is asked for with every question on one.
_BESIDE = {
    "private": (
        "github_id",
        "SELECT github_id FROM repository WHERE github_id = :repository AND private",
    ),
    "aliases": ("handle", "SELECT handle FROM alias WHERE plugin_id = :id ORDER BY handle"),
}
# That the plugin was not taken off the list.
ON_THE_LIST = col(Plugin.removed_at).is_(None)


def find_plugin(session: Session, name: str, *, allowed: Clearance = PUBLIC) -> PluginView | None:
    """The plugin with this handle, former handle or repository, in any spelling; None if there is
    none.

    What is not `allowed` to be known of it is left out; it is not found by a repository that is
    hidden.
    """
    row = known_plugin(session, name, allowed)
    if row is None:
        return None
    beside = bulk.fetch(session, _BESIDE, id=row.id, repository=row.repository_id)
    hidden = allowed.hides(row.id, private=bool(beside["private"]))
    view = plugin_view(row, tuple(handle for (handle,) in beside["aliases"]))
    return shown_plugin(view, allowed, hidden=hidden)


def known_plugin(
    session: Session, name: str, allowed: Clearance, within: str | None = None
) -> Plugin | None:
    """The row that `models.lookup` finds by this name, unless that is a repository which is hidden."""
    row = find_row(session, name, within)
    if row is None or not repository_key(name) or not is_hidden(session, row.id, allowed):
        return row
    return None


# Made once: whatever breaks asks for it.
_NUMBERED = select(Plugin).where(col(Plugin.id).in_(bindparam("ids", expanding=True)))


def plugin_of(session: Session, plugin_id: int) -> Plugin:
    """The row of a plugin that must be there; the session remembers it."""
    return session.get_one(Plugin, plugin_id)


def plugins_of(session: Session, plugin_ids: Collection[int]) -> dict[int, Plugin]:
    """The rows of these plugins, by their ids."""
    if not plugin_ids:
        return {}
    rows = session.exec(_NUMBERED, params={"ids": list(plugin_ids)})
    return {row.id or 0: row for row in rows}


def plugin_view(row: Any, aliases: tuple[str, ...] = ()) -> PluginView:
    """A plugin as people see it, from its row or its columns."""
    return PluginView(
        handle=row.handle,
        name=row.name,
        repository=row.repository,
        about=row.about,
        version=row.version,
        authors=byline(row.authors),
        contact_emails=row.contact_emails,
        url=row.url,
        required_version=row.required_version,
        meta_topic_id=row.meta_topic_id,
        label=row.label,
        compatibility=row.compatibility,
        compat_branches=tuple(row.compat_branches),
        tags=tuple(row.tags),
        aliases=aliases,
        provisional=row.provisional,
        ecosystem=row.ecosystem,
        updated_at=row.updated_at,
        path=row.path,
        removed_at=row.removed_at,
        docs_url=row.docs_url,
        support_url=row.support_url,
        test_host=row.test_host,
        maintainers=tuple(row.maintainers),
        edited=tuple(row.edited),
    )


def plugin_as(session: Session, row: Plugin, allowed: Clearance) -> PluginView:
    """A plugin as far as it is `allowed` to be known."""
    return shown_plugin(plugin_view(row), allowed, hidden=is_hidden(session, row.id, allowed))


def handles(session: Session) -> list[str]:
    """Every handle of the list, for suggestions and completion."""
    return list(session.exec(select(Plugin.handle).where(ON_THE_LIST).order_by(Plugin.handle)))


def example_handles(session: Session, *usual: str) -> tuple[str, ...]:
    """Plugins of the list to name in examples: the usual ones that are watched, and others in place of the rest."""
    watched = select(Plugin.handle).where(ON_THE_LIST).order_by(Plugin.handle)
    found = set(session.exec(watched.where(col(Plugin.handle).in_(usual))))
    others = watched.where(col(Plugin.handle).not_in(usual)).limit(len(usual))
    more = iter(session.exec(others).all() if len(found) < len(usual) else ())
    return tuple(each if each in found else next(more, each) for each in usual)


def plugin_lines(
    session: Session,
    now: datetime,
    filter: str = "",  # noqa: A002 - the word people use
    *,
    allowed: Clearance = PUBLIC,
) -> list[PluginLine]:
    """All plugins of the list with their worst status at `now` and where that is: worst first, then by handle.

    `filter` is as in `matching`. What is not `allowed` to be known is left out.
    """
    ids = [id_ or 0 for id_ in session.exec(select(Plugin.id).where(ON_THE_LIST))]
    return matching(lines_of(session, now, ids, allowed), filter)


def lines_of(
    session: Session, now: datetime, ids: Collection[int], allowed: Clearance
) -> list[PluginLine]:
    """Those of these plugins that are on the list, as its lines, in its order."""
    rows, said = plugin_rows(session, now, ids)
    hidden = {row.id for row in rows if allowed.hides(row.id, private=row.private)}
    statuses = _worst_by_branch(said, hidden)
    lines = [_line(row, statuses.get(row.id, {}), allowed, row.id in hidden) for row in rows]
    lines.sort(key=lambda line: (-line.verdict.severity, line.plugin.handle))
    return lines


def matching(
    lines: Iterable[PluginLine],
    filter: str,  # noqa: A002 - the word people use
    host_branch: str = "",
) -> list[PluginLine]:
    """Those that people mean by a part of the handle, name, repository or a tag, by the name of a
    verdict, or by "broken", on any host branch or on one.
    """
    wanted = filter.strip().casefold()
    if not wanted:
        return list(lines)
    return [line for line in lines if _matches(line, wanted, host_branch)]


def is_text(filter_: str) -> bool:
    """Whether a filter, as above, asks for a part of texts, or for all, and not for a status."""
    return filter_.strip().casefold() not in _STATUSES


def _worst_by_branch(
    said: Iterable[SaidOnBranch], hidden: Collection[int]
) -> dict[int, dict[str, Verdict]]:
    """Per plugin and host branch, the worst of any source and plugin branch, but for the CI of hidden plugins."""
    worst: dict[int, dict[str, Verdict]] = {}
    for each in said:
        if each.is_of_ci and each.plugin_id in hidden:
            continue
        of_plugin = worst.setdefault(each.plugin_id, {})
        verdict = BY_SEVERITY[each.severity]
        of_plugin[each.host_branch] = combine((verdict, of_plugin.get(each.host_branch, verdict)))
    return worst


_NAMES = frozenset(Verdict)
_STATUSES = _NAMES | {ANY_BROKEN}
_SHOWN = {"id", *(each.name for each in fields(PluginView))}
# A view, and the id.
PLUGIN_COLUMNS = [each for each in sqlalchemy.inspect(Plugin).columns if each.key in _SHOWN]


def _line(
    row: PluginRow,
    branches: dict[str, Verdict],
    allowed: Clearance,
    hidden: bool,
) -> PluginLine:
    verdict = combine(branches.values())
    where = tuple(sorted(branch for branch, said in branches.items() if said is verdict))
    view = shown_plugin(plugin_view(row), allowed, hidden=hidden)
    state = "" if hidden else _state(row)
    sites = InstallsView(row.keyed_sites, row.told_sites)
    return PluginLine(view, verdict, where, branches, state, sites)


def _state(row: Any) -> str:
    if row.deleted:
        return "deleted"
    return "archived" if row.archived else ""


def _matches(line: PluginLine, wanted: str, host_branch: str) -> bool:
    verdict = line.on(host_branch) if host_branch else line.verdict
    if wanted == ANY_BROKEN:
        return verdict.broken
    if wanted in _NAMES:
        return verdict == wanted
    plugin = line.plugin
    texts = (plugin.handle, plugin.name, plugin.place, *plugin.tags)
    return any(wanted in text.casefold() for text in texts)
