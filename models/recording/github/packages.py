"""Records what releases of Python packages say of themselves: their plugins' limits, version by version."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

import sqlalchemy
from packaging.utils import canonicalize_name
from sqlmodel import Session, col

from models.lookup import find_plugin
from models.metadata.header import Header
from models.metadata.listing import ListingEntry
from models.metadata.python_package import PackageFacts
from models.metadata.ranges import version_in
from models.queries.statuses import host_branches
from models.recording.github.master_list import import_listing
from models.rules.declaring import METADATA, Fact, Standing
from models.rules.ecosystems import Ecosystem
from models.tables import Declaration, Plugin

_INACTIVE = "its metadata says that it is inactive"


class _Said(NamedTuple):
    """A fact as the release's metadata says it."""

    fact: Fact
    versions: str = ""
    other_id: int | None = None
    standing: Standing | None = None
    reason: str = ""


def record_package(session: Session, package: PackageFacts, now: datetime) -> str | None:
    """Note what the release says, in place of what was noted of it before.

    Returns why it was refused, in words; None when it was not.
    """
    plugin = find_plugin(session, package.name)
    if plugin is None:
        refused = _add(session, package, now)
        plugin = find_plugin(session, package.name)
        if refused or plugin is None:
            return refused
    if plugin.ecosystem != Ecosystem.PYTHON:
        return f"the plugin of this name is none of the ecosystem {Ecosystem.PYTHON}"
    _note(session, plugin, package, now)
    return None


def _add(session: Session, package: PackageFacts, now: datetime) -> str | None:
    """Add it to the master list; return why it was refused, if it was."""
    if package.repository is None:
        return "it is not in the master list, and names no repository on GitHub"
    holder = find_plugin(session, package.repository)
    if holder is not None:  # one repository has one plugin; a name that came later renames none
        return f"it is not in the master list, and its repository is that of {holder.handle}"
    header = Header(name=package.name, about=package.about)
    entry = ListingEntry(package.repository, header, ecosystem=Ecosystem.PYTHON)
    return " ".join(import_listing(session, [entry], now).refused) or None


def _note(session: Session, plugin: Plugin, package: PackageFacts, now: datetime) -> None:
    own = f"={package.version}"
    before = sqlalchemy.delete(Declaration).where(
        col(Declaration.plugin_id) == plugin.id,
        col(Declaration.source) == METADATA,
        col(Declaration.of_versions) == own,
    )
    session.exec(before)
    for said in _facts(session, plugin, package):
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
    if not plugin.version or _is_newer(package.version, plugin.version):
        plugin.version, plugin.updated_at = package.version, now
        session.add(plugin)


def _facts(session: Session, plugin: Plugin, package: PackageFacts) -> Iterator[_Said]:
    """What it requires of hosts that were heard of and of plugins, and how it is kept.

    Any other package that it requires comes with it.
    """
    hosts = {canonicalize_name(branch) for branch in host_branches(session)}
    for name, range_ in package.requires:
        other = find_plugin(session, name)
        if canonicalize_name(name) in hosts:
            if range_:
                yield _Said(Fact.NEEDS, range_)
        elif other is not None and other.id != plugin.id:
            yield _Said(Fact.REQUIRES, range_, other.id)
    if package.standing in {Standing.DEPRECATED, Standing.BETA, Standing.EXPERIMENTAL}:
        reason = _INACTIVE if package.standing is Standing.DEPRECATED else ""
        yield _Said(Fact.STATUS, standing=package.standing, reason=reason)


def _is_newer(version: str, before: str) -> bool:
    try:
        newer: bool = version_in(version, Ecosystem.PYTHON) > version_in(before, Ecosystem.PYTHON)
    except ValueError:
        return True  # what stood there is no version of a package
    return newer
