"""Records what a repository's files say about its plugin, as an import does, and their problems."""

from datetime import datetime

import sqlalchemy
import structlog
from sqlmodel import Session, col, select

from models.events import Outcome
from models.events.github import CompatBranchesReading, FolderReading, PluginFilesReading
from models.metadata.header import Header, parse_header
from models.metadata.listing import ListingEntry
from models.queries.plugins import ON_THE_LIST
from models.recording.github.master_list import import_listing, set_compatibility
from models.rules.ecosystems import Ecosystem
from models.rules.plugin_names import names_in
from models.tables import CodeOwner, Plugin, Repository, SourceNames

_MOST_PROBLEMS = 10
_NO_FILE_THERE = "Its folder has no plugin.rb, so sites cannot load a plugin from it."
_NO_FILE = "The repository has no plugin.rb, so sites cannot install a plugin from it."

_log = structlog.get_logger()


def record_plugin_files(session: Session, reading: PluginFilesReading, now: datetime) -> Outcome:
    """Update the plugin that follows the repository by its files.

    `number` in the outcome is 0 when no plugin of the list follows the repository, else 1.
    """
    plugin = _plugin(session, reading.repository_id)
    if plugin is None:
        return Outcome(number=0, at=now)
    _own(session, plugin.id or 0, reading.owners)
    if plugin.ecosystem != Ecosystem.DISCOURSE:  # a plugin.rb that it has is none of its own
        return Outcome(number=1, at=now)
    header = parse_header(reading.header) if reading.header is not None else None
    _note_names(session, plugin.id or 0, reading.header, now)
    problems = [
        *reading.problems,
        *(header.problems if header else ()),
        *(() if reading.is_plugin else (_NO_FILE,)),
        *_imported(session, plugin, header, now),
    ]
    notice = set_compatibility(plugin, reading.compatibility, now)
    if notice:
        # People see it in a block of its own.
        _log.info("compatibility_unusable", plugin=plugin.handle, problem=notice)
    if plugin.problems != problems[:_MOST_PROBLEMS]:
        plugin.problems = problems[:_MOST_PROBLEMS]
    session.add(plugin)
    return Outcome(number=1, at=now)


def record_compat_branches(
    session: Session, reading: CompatBranchesReading, now: datetime
) -> Outcome:
    """Note the branches for hosts of one version; `number` is 0 when no plugin follows the repository."""
    plugin = _plugin(session, reading.repository_id)
    if plugin is None:
        return Outcome(number=0, at=now)
    if plugin.compat_branches != list(reading.branches):
        plugin.compat_branches = list(reading.branches)
        session.add(plugin)
    return Outcome(number=1, at=now)


def record_folder(session: Session, reading: FolderReading, now: datetime) -> Outcome:
    """Update the plugin in the folder by its plugin.rb; `number` is 0 when the list has none any more."""
    of_key = select(Plugin).where(Plugin.repository_key == reading.key, ON_THE_LIST)
    plugin = session.exec(of_key).first()
    if plugin is None:
        return Outcome(number=0, at=now)
    header = parse_header(reading.header) if reading.header is not None else None
    _note_names(session, plugin.id or 0, reading.header, now)
    missing = reading.problem or (_NO_FILE_THERE if header is None else "")
    problems = [
        *filter(None, [missing]),
        *(header.problems if header else ()),
        *_imported(session, plugin, header, now),
    ]
    if plugin.problems != problems[:_MOST_PROBLEMS]:
        plugin.problems = problems[:_MOST_PROBLEMS]
    session.add(plugin)
    return Outcome(number=1, at=now)


def _plugin(session: Session, repository_id: int) -> Plugin | None:
    """The plugin that follows the repository; of several, the one with the repository's name."""
    following = select(Plugin).where(Plugin.repository_id == repository_id, ON_THE_LIST)
    rows = session.exec(following.order_by(col(Plugin.id))).all()
    if not rows:
        return None
    named = select(Repository.full_name).where(Repository.github_id == repository_id)
    name = session.exec(named).first() or ""
    return next((row for row in rows if row.repository == name), rows[0])


def _imported(session: Session, plugin: Plugin, header: Header | None, now: datetime) -> list[str]:
    """Import the header; return why it was refused."""
    if header is None:
        return []
    result = import_listing(
        session, [ListingEntry(plugin.repository, header, path=plugin.path)], now
    )
    for before, after in result.renamed:
        _log.info("plugin_renamed", before=before, after=after)
    return result.refused


def _note_names(session: Session, plugin_id: int, source: str | None, now: datetime) -> None:
    """Keep what the plugin.rb names, by which commits are ranked; nothing of one that could not be read."""
    if source is not None:
        names = list(names_in(source))
        session.merge(SourceNames(plugin_id=plugin_id, names=names, read_at=now))


def _own(session: Session, plugin_id: int, owners: tuple[str, ...]) -> None:
    known = set(session.exec(select(CodeOwner.login_key).where(CodeOwner.plugin_id == plugin_id)))
    if known != set(owners):
        session.exec(sqlalchemy.delete(CodeOwner).where(col(CodeOwner.plugin_id) == plugin_id))
        session.add_all(CodeOwner(plugin_id=plugin_id, login_key=login) for login in owners)
