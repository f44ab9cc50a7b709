"""Whether a set of plugins would work: what is known of them is loaded for all of them at once."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import compress
from operator import not_
from typing import Any

from sqlmodel import Session, col, select

from models.metadata.ranges import version_in
from models.metadata.wanted_set import WantedSet
from models.queries.field import field_of
from models.queries.host_branches import ecosystem_of
from models.queries.plugins import plugin_view
from models.queries.privacy import shown_plugin, visible
from models.queries.registry import declarations_about
from models.queries.statuses import verdict_view
from models.queries.wanted_plugins import probably_meant, wanted_plugins
from models.registry.checking import check
from models.registry.field import FieldOfSites
from models.registry.known import HeardVerdict, KnownHost, KnownPlugin
from models.registry.limits import limits_of
from models.rules.ecosystems import Ecosystem
from models.rules.namesakes import parted
from models.rules.privacy import PUBLIC, Clearance
from models.rules.status import Verdict
from models.tables import (
    HostVersion,
    Plugin,
    Release,
    Repository,
    Site,
    SourceVerdict,
)
from models.views import PluginLine
from models.views.registry import CheckView, DeclarationView, Reason, Why

_MAIN = ("main", "master")


def check_set(
    session: Session,
    named: WantedSet,
    host: KnownHost,
    now: datetime,
    *,
    allowed: Clearance = PUBLIC,
) -> CheckView:
    """Whether the plugins of this set would work on the host together.

    Names are of the set's ecosystem, or else of the host's, as far as these are known. Where the host comes
    without its version, it is the one that GitHub told of the branch. What is not `allowed` to be
    known counts for nothing.
    """
    if not host.version:
        host = host._replace(version=_host_version(session, host.branch))
    host = host._replace(ecosystem=ecosystem_of(session, host.branch) or "")
    within = named.ecosystem or host.ecosystem or None
    wanted, unknown = wanted_plugins(session, named.members, allowed, within)
    handles = {each.handle for each in wanted}
    declared = declarations_about(session, handles, allowed=allowed)
    required = {each.other for each in declared if each.other and each.handle in handles}
    field = field_of(session, host.branch, now)
    known = _known(session, handles | required, declared, host.branch, now, allowed)
    known = {handle: _with_sites(each, field) for handle, each in known.items()}
    # Of what a Python application has installed, most are libraries.
    is_library = [(parted(name)[0] or named.ecosystem) == Ecosystem.PYTHON for name in unknown]
    view = check(
        wanted,
        known,
        host,
        probably_meant(session, compress(unknown, map(not_, is_library))),
        field,
    )
    libraries = tuple(compress(unknown, is_library))
    if not libraries:
        return view
    return replace(view, notes=(*view.notes, Reason(Why.NOT_WATCHED, libraries)))


def _host_version(session: Session, branch: str) -> str:
    """The version that GitHub told of the branch; of an application in Python, the newest that a site runs."""
    told = session.get(HostVersion, branch)
    if told:
        return told.version
    versions = session.exec(
        select(Site.host_sha).where(Site.host_branch == branch, col(Site.host_sha).contains("."))
    )
    return next(iter(_newest_first(filter(None, versions), Ecosystem.PYTHON)), "")


def _with_sites(known: KnownPlugin, field: FieldOfSites) -> KnownPlugin:
    """With what sites say of it; where reports name versions, these are releases, too."""
    sites = field.sites(known.limits.handle)
    if known.limits.ecosystem == Ecosystem.DISCOURSE:
        return replace(known, sites=sites)
    releases = _newest_first({*known.releases, *sites}, known.limits.ecosystem)
    newest = known.newest or next(iter(releases), "")
    return replace(known, sites=sites, releases=releases, newest=newest)


def _known(
    session: Session,
    handles: Collection[str],
    declared: Sequence[DeclarationView],
    branch: str,
    now: datetime,
    allowed: Clearance,
) -> dict[str, KnownPlugin]:
    rows = session.exec(
        select(Plugin, Repository)
        .outerjoin(Repository, col(Repository.github_id) == col(Plugin.repository_id))
        .where(col(Plugin.handle).in_(handles))
    ).all()
    ids = [plugin.id or 0 for plugin, _ in rows]
    heard = _heard(session, ids, branch, now, allowed)
    may_know = {plugin.id for plugin, repository in rows if _may_know(repository, plugin, allowed)}
    mirrors = [each.github_id for plugin, each in rows if each and plugin.id in may_know]
    releases = _releases(session, mirrors)
    own: dict[str, list[DeclarationView]] = defaultdict(list)
    for each in declared:
        own[each.handle].append(each)
    found: dict[str, KnownPlugin] = {}
    for plugin, repository in rows:
        hidden = plugin.id not in may_know
        view = shown_plugin(plugin_view(plugin), allowed, hidden=hidden)
        state = "" if hidden else _state(repository)
        line = PluginLine(view, Verdict.UNKNOWN, repository_state=state)
        mirrored = None if hidden else repository
        tags = releases[mirrored.github_id] if mirrored else ()
        found[plugin.handle] = KnownPlugin(
            limits=limits_of(line, own[plugin.handle]),
            newest=view.version or "",
            head=(mirrored.head_sha or "") if mirrored else "",
            releases=_newest_first(tags, plugin.ecosystem),
            heard=tuple(_with_main(heard[plugin.id or 0], mirrored)),
        )
    return found


def _may_know(repository: Repository | None, plugin: Plugin, allowed: Clearance) -> bool:
    return repository is None or not repository.private or allowed.knows(plugin.id)


def _state(repository: Repository | None) -> str:
    if repository is None:
        return ""
    if repository.deleted:
        return "deleted"
    return "archived" if repository.archived else ""


def _heard(
    session: Session, ids: Sequence[int], branch: str, now: datetime, allowed: Clearance
) -> dict[int, list[tuple[str, HeardVerdict]]]:
    """What each plugin's sources say, with the plugin's branch that they say it of."""
    shown = visible(col(SourceVerdict.plugin_id), col(SourceVerdict.source), allowed)
    of_branch = select(SourceVerdict).where(
        col(SourceVerdict.plugin_id).in_(ids), SourceVerdict.host_branch == branch, shown
    )
    heard: dict[int, list[tuple[str, HeardVerdict]]] = defaultdict(list)
    for row in session.exec(of_branch):
        said = HeardVerdict(
            row.source,
            verdict_view(row, now).verdict,
            row.plugin_sha,
            row.host_sha,
            row.good_plugin_sha or "",
            row.good_host_sha or "",
        )
        heard[row.plugin_id].append((row.plugin_branch, said))
    return heard


def _with_main(
    heard: Sequence[tuple[str, HeardVerdict]], repository: Repository | None
) -> Iterable[HeardVerdict]:
    """Of several branches of a plugin, the default one is what sites get; where none is known as that, all are."""
    branches = {branch for branch, _ in heard}
    main = [repository.default_branch if repository else None, *_MAIN]
    newest = next((branch for branch in main if branch in branches), None)
    for branch, said in heard:
        yield said._replace(is_newest=newest is None or branch == newest)


def _releases(session: Session, repositories: Sequence[int]) -> dict[int, list[str]]:
    published = select(Release.repository_id, Release.tag).where(
        col(Release.repository_id).in_(repositories),
        col(Release.published_at).is_not(None),
        col(Release.gone).is_(False),
        col(Release.prerelease).is_(False),
    )
    tags: dict[int, list[str]] = defaultdict(list)
    for repository_id, tag in session.exec(published):
        tags[repository_id].append(tag)
    return tags


def _newest_first(texts: Iterable[str], ecosystem: str) -> tuple[str, ...]:
    """Those that are versions, the newest first."""
    versions: list[tuple[Any, str]] = []
    for text in texts:
        try:
            versions.append((version_in(text, ecosystem), text))
        except ValueError:
            continue
    return tuple(text for _, text in sorted(versions, key=lambda each: each[0], reverse=True))
