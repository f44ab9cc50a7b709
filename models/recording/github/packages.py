"""Records what releases of packages say of themselves: their plugins' limits, version by version."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy
from packaging.utils import canonicalize_name
from sqlmodel import Session, col

from models.edits import of_repository, say
from models.lookup import find_plugin
from models.metadata.header import Header
from models.metadata.listing import ListingEntry
from models.metadata.package_facts import PackageFacts
from models.metadata.ranges import version_in
from models.queries.host_branches import host_branches
from models.queries.named import plugin_ids
from models.queries.plugins import plugins_of
from models.recording.github.master_list import import_listing
from models.rules.declaring import METADATA, Fact, Standing
from models.rules.ecosystems import Ecosystem
from models.rules.handle import handle
from models.rules.namesakes import parted
from models.rules.privacy import EVERYTHING
from models.tables import Declaration, Plugin


class _DeclaredFact(NamedTuple):
    """A fact as the release's metadata says it."""

    fact: Fact
    versions: str = ""
    other_id: int | None = None
    standing: Standing | None = None
    reason: str = ""


def record_packages(
    session: Session, packages: Sequence[PackageFacts], ecosystem: Ecosystem, now: datetime
) -> list[tuple[str, str]]:
    """Note what releases say, in place of what was noted of them before; add plugins that are new.

    Returns the names of those that were refused, with the reason.
    """
    refused = _add_new(session, packages, ecosystem, now)
    ids = plugin_ids(session, _handles(packages), ecosystem)
    plugins = plugins_of(session, ids.values())
    hosts = {canonicalize_name(branch) for branch in host_branches(session, allowed=EVERYTHING)}
    for package in packages:
        plugin = plugins.get(ids.get(_handle(package.name), 0))
        if plugin is not None:
            _note(session, plugin, package, _facts(package, ids, hosts, plugin), now)
    return refused


def _add_new(
    session: Session, packages: Sequence[PackageFacts], ecosystem: Ecosystem, now: datetime
) -> list[tuple[str, str]]:
    """Add those that are not in the master list; return which were refused, and why."""
    known = plugin_ids(session, _handles(packages), ecosystem)
    refused: list[tuple[str, str]] = []
    entries: dict[str, ListingEntry] = {}
    for package in packages:
        if _handle(package.name) in known:
            continue
        why = _refusal(session, package, entries)
        if why:
            refused.append((package.name, f"it is not in the master list, and {why}"))
        else:
            header = Header(name=package.name, about=package.about, authors=package.authors)
            repository = package.repository or ""
            entries[repository.lower()] = ListingEntry(repository, header, ecosystem=ecosystem)
    taken = import_listing(session, list(entries.values()), now)
    return [*refused, *(("", words) for words in taken.refused)]


def _refusal(
    session: Session, package: PackageFacts, entries: Mapping[str, ListingEntry]
) -> str | None:
    """Why it is not added: one repository has one plugin, and a name that came later renames none."""
    if not _handle(package.name):
        return "its name has no letter or digit, or too many"
    if package.repository is None:
        return "names no repository on GitHub"
    holder = find_plugin(session, package.repository)
    comes_back = holder and holder.removed_at and parted(holder.handle)[1] == _handle(package.name)
    if holder is not None and not comes_back:
        return f"its repository is that of {holder.handle}"
    same = entries.get(package.repository.lower())
    if same is not None and same.header and same.header.name != package.name:
        return f"its repository is that of {same.header.name}"
    return None


def _handles(packages: Iterable[PackageFacts]) -> set[str]:
    """The handles of the packages, and of all that they require."""
    names = {package.name for package in packages}
    for package in packages:
        names |= {name for name, _ in (*package.requires, *package.optional)}
    return {each for each in map(_handle, names) if each}


def _handle(name: str) -> str:
    try:
        return handle(name)
    except ValueError:
        return ""


def _note(
    session: Session,
    plugin: Plugin,
    package: PackageFacts,
    facts: Iterable[_DeclaredFact],
    now: datetime,
) -> None:
    own = f"={package.version}"
    before = sqlalchemy.delete(Declaration).where(
        col(Declaration.plugin_id) == plugin.id,
        col(Declaration.source) == METADATA,
        col(Declaration.of_versions) == own,
    )
    session.exec(before)
    for said in facts:
        row = Declaration(
            plugin_id=plugin.id or 0,
            fact=said.fact,
            standing=said.standing,
            versions=said.versions,
            other_id=said.other_id,
            of_versions=own,
            reason=said.reason,
            source=METADATA,
            declared_at=now,
        )
        session.add(row)
    before = of_repository(plugin, "version")
    if not before or _is_newer(package.version, before, plugin.ecosystem):
        authors = package.authors or of_repository(plugin, "authors")
        say(plugin, {"version": package.version, "authors": authors, "updated_at": now})
        session.add(plugin)


def _facts(
    package: PackageFacts, ids: Mapping[str, int], hosts: Container[str], plugin: Plugin
) -> Iterator[_DeclaredFact]:
    """What it requires of hosts that were heard of, of their runtime and of plugins, and how it is kept.

    Any other package that it requires comes with it.
    """
    if package.needs:
        yield _DeclaredFact(Fact.NEEDS, package.needs)
    for name, range_ in package.requires:
        other = ids.get(_handle(name))
        if canonicalize_name(name) in hosts:
            if range_:
                yield _DeclaredFact(Fact.NEEDS, range_)
        elif other is not None and other != plugin.id:
            yield _DeclaredFact(Fact.REQUIRES, range_, other)
    for name, range_ in package.optional:
        other = ids.get(_handle(name))
        if other is not None and other != plugin.id:
            yield _DeclaredFact(Fact.OPTIONAL, range_, other)
    for name, range_ in package.tested:
        if canonicalize_name(name) in hosts:
            yield _DeclaredFact(Fact.TESTED, range_)
    if package.runtime:
        yield _DeclaredFact(Fact.RUNTIME, package.runtime)
    if package.standing not in {None, Standing.STABLE}:
        yield _DeclaredFact(Fact.STATUS, standing=package.standing, reason=package.reason)


def _is_newer(version: str, before: str, ecosystem: str) -> bool:
    try:
        newer: bool = version_in(version, ecosystem) > version_in(before, ecosystem)
    except ValueError:
        return True  # what stood there is no version of a package
    return newer
