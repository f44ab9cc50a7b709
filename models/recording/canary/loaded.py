"""What a site does not say of the plugins that our own canary found loaded, taken from what was heard of them last."""

from dataclasses import replace

from sqlmodel import Session, col, select

from models.events import CanaryReport, LoadedPlugin
from models.queries.plugins import plugin_ids
from models.tables import Plugin, Repository, SourceVerdict

_BRANCH = "main"


def filled_in(session: Session, report: CanaryReport) -> list[LoadedPlugin]:
    """The report's plugins, each with branch and sha; one whose commit nobody has ever told of is left out."""
    if all(plugin.branch and plugin.sha for plugin in report.plugins):
        return list(report.plugins)
    known = plugin_ids(session, {plugin.handle for plugin in report.plugins})
    heard = {
        row.plugin_id: row
        for row in session.exec(
            select(SourceVerdict)
            .where(SourceVerdict.host_branch == report.host_branch, col(SourceVerdict.plugin_id).in_(known.values()))
            .order_by(col(SourceVerdict.seen_at))
        )
    }
    defaults = _default_branches(session, set(known.values()))
    made = []
    for plugin in report.plugins:
        number = known.get(plugin.handle, 0)
        last = heard.get(number)
        branch = plugin.branch or (last.plugin_branch if last else defaults.get(number, _BRANCH))
        made.append(replace(plugin, branch=branch, sha=plugin.sha or (last.plugin_sha if last else "")))
    return [plugin for plugin in made if plugin.sha]


def _default_branches(session: Session, plugins: set[int]) -> dict[int | None, str]:
    rows = session.exec(
        select(Plugin.id, Repository.default_branch)
        .join(Repository, col(Plugin.repository_id) == col(Repository.github_id))
        .where(col(Plugin.id).in_(plugins))
    )
    return {number: branch for number, branch in rows if branch}
