"""Fills in what a site does not say about the plugins that our own canary found loaded there.

The branch and the commit come from the last report about the same plugin on the same host branch.
"""

from dataclasses import replace

from sqlmodel import Session, col, select

from models.events.canary import CanaryReport, LoadedPlugin
from models.queries.named import plugin_ids
from models.rules.ecosystems import Ecosystem
from models.tables import Plugin, Repository, SourceVerdict

_BRANCH = "main"


def filled_in(session: Session, report: CanaryReport) -> list[LoadedPlugin]:
    """The report's plugins, each with branch and sha.

    A plugin whose commit was never reported is left out.
    """
    if all(plugin.branch and plugin.sha for plugin in report.plugins):
        return list(report.plugins)
    known = plugin_ids(session, {plugin.handle for plugin in report.plugins}, Ecosystem.DISCOURSE)
    plugins = set(known.values())
    last = _last_verdicts(session, report.host_branch, plugins)
    defaults = _default_branches(session, plugins)
    made = []
    for plugin in report.plugins:
        plugin_id = known.get(plugin.handle, 0)
        default = defaults.get(plugin_id, _BRANCH)
        made.append(_filled_in(plugin, last.get(plugin_id), default))
    return [plugin for plugin in made if plugin.sha]


def _filled_in(plugin: LoadedPlugin, last: SourceVerdict | None, default: str) -> LoadedPlugin:
    if last is None:
        return replace(plugin, branch=plugin.branch or default)
    branch = plugin.branch or last.plugin_branch
    return replace(plugin, branch=branch, sha=plugin.sha or last.plugin_sha)


def _last_verdicts(
    session: Session, host_branch: str, plugins: set[int]
) -> dict[int, SourceVerdict]:
    verdicts = select(SourceVerdict).where(
        SourceVerdict.host_branch == host_branch,
        col(SourceVerdict.plugin_id).in_(plugins),
    )
    oldest_first = session.exec(verdicts.order_by(col(SourceVerdict.seen_at)))
    return {verdict.plugin_id: verdict for verdict in oldest_first}


def _default_branches(session: Session, plugins: set[int]) -> dict[int | None, str]:
    rows = session.exec(
        select(Plugin.id, Repository.default_branch)
        .join(Repository, col(Plugin.repository_id) == col(Repository.github_id))
        .where(col(Plugin.id).in_(plugins))
    )
    return {number: branch for number, branch in rows if branch}
