"""The master list."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy
from sqlmodel import Session, col, select

from models import bulk
from models.master_list import find_plugin as find_row
from models.rules.status import Source, Verdict, combine, effective
from models.tables import Alias, Plugin, SourceVerdict
from models.views import PluginLine, PluginView


def find_plugin(session: Session, name: str) -> PluginView | None:
    """The plugin that this name means, in any spelling: its handle now, or one that it had."""
    row = find_row(session, name)
    if row is None:
        return None
    aliases = session.exec(select(Alias.handle).where(Alias.plugin_id == row.id).order_by(Alias.handle)).all()
    return plugin_view(row, tuple(aliases))


def plugin_of(session: Session, plugin_id: int) -> Plugin:
    """The row of a plugin that must be there; the session remembers it."""
    return session.get_one(Plugin, plugin_id)


def plugin_view(row: Plugin, aliases: tuple[str, ...] = ()) -> PluginView:
    """A plugin as people see it."""
    return PluginView(
        handle=row.handle,
        name=row.name,
        repository=row.repository,
        about=row.about,
        version=row.version,
        authors=row.authors,
        contact_emails=row.contact_emails,
        url=row.url,
        required_version=row.required_version,
        meta_topic_id=row.meta_topic_id,
        label=row.label,
        compatibility=row.compatibility,
        tags=tuple(row.tags),
        aliases=aliases,
        provisional=row.provisional,
        updated_at=row.updated_at,
    )


def handles(session: Session) -> list[str]:
    """Every handle, for suggestions and completion."""
    return list(session.exec(select(Plugin.handle).order_by(Plugin.handle)))


def plugin_lines(
    session: Session,
    now: datetime,
    filter: str = "",  # noqa: A002 - the word people use
    *,
    host_branch: str | None = None,
) -> list[PluginLine]:
    """All plugins with their worst status at `now` and where that is: worst first, then by handle.

    `filter` is a part of the handle, name, repository or a tag, or the name of a verdict, or "broken"; with
    `host_branch` only the statuses on that branch count.
    """
    statuses = _statuses_by_plugin(session, now, host_branch)
    lines = [_line(row, statuses.get(row.id or 0, {})) for row in session.exec(select(Plugin))]
    wanted = filter.strip().casefold()
    chosen = [line for line in lines if _matches(line, wanted)]
    return sorted(chosen, key=lambda line: (-line.verdict.severity, line.plugin.handle))


def _statuses_by_plugin(session: Session, now: datetime, host_branch: str | None) -> dict[int, dict[str, Verdict]]:
    """Per plugin and host branch, the worst effective verdict of any source and plugin branch."""
    rows = session.execute(
        sqlalchemy.select(
            col(SourceVerdict.plugin_id),
            col(SourceVerdict.host_branch),
            col(SourceVerdict.verdict),
            col(SourceVerdict.seen_at),
            col(SourceVerdict.source),
        ).where(col(SourceVerdict.host_branch) == host_branch if host_branch else sqlalchemy.true())
    )
    worst: dict[int, dict[str, Verdict]] = {}
    for plugin_id, branch, said, seen_at, source in rows:
        verdict = effective(Verdict(said), seen_at, Source(source), now)
        branches = worst.setdefault(plugin_id, {})
        branches[branch] = combine((branches.get(branch, Verdict.UNKNOWN), verdict))
    return worst


def _line(row: Plugin, branches: dict[str, Verdict]) -> PluginLine:
    verdict = combine(branches.values())
    where = tuple(sorted(branch for branch, said in branches.items() if said is verdict))
    return PluginLine(plugin_view(row), verdict, where, branches)


def _matches(line: PluginLine, wanted: str) -> bool:
    if wanted in {*Verdict, "broken"}:
        return line.verdict.broken if wanted == "broken" else line.verdict == wanted
    plugin = line.plugin
    texts = (plugin.handle, plugin.name, plugin.repository, *plugin.tags)
    return any(wanted in text.casefold() for text in texts)


def plugin_ids(session: Session, handles: Iterable[str]) -> dict[str, int]:
    """The plugins that these handles or former handles name."""
    rows = [(handle,) for handle in handles]
    return dict(bulk.run(session, _PLUGINS, rows)) if rows else {}


_PLUGINS = """
SELECT r.handle AS handle, p.id AS id FROM {rows(handle text)} r JOIN plugin p ON p.handle = r.handle
UNION ALL
SELECT r.handle, a.plugin_id FROM {rows(handle text)} r JOIN alias a ON a.handle = r.handle
"""
