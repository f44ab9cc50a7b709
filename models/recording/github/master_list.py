"""The master list: which plugins are watched, under which handle, and who holds which name."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlmodel import Session, select

from models.edits import beneath_edits
from models.extensions.happening import happened
from models.metadata.compatibility import CompatibilityError, parse_compatibility
from models.metadata.listing import ListingEntry, repository_in
from models.outbox.ways_out import EXTENSION, opened
from models.queries.privacy import is_hidden, private_plugins
from models.recording.github.deliveries import follow_listed
from models.recording.github.held_names import HeldNames
from models.recording.github.repositories import former_names
from models.rules.ecosystems import Ecosystem
from models.rules.handle import handle
from models.rules.namesakes import parted, prefixed
from models.rules.privacy import PUBLIC, Clearance
from models.rules.topics import beside
from models.tables import Plugin

_FROM_HEADER = (
    "about",
    "version",
    "authors",
    "contact_emails",
    "url",
    "required_version",
    "meta_topic_id",
    "label",
)


@dataclass(slots=True)
class ImportResult:
    """What an import did, by handle.

    `renamed` has the handle before and after. `refused` has a sentence for each refused entry.
    """

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    renamed: list[tuple[str, str]] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def import_listing(
    session: Session,
    entries: Iterable[ListingEntry],
    now: datetime,
    allowed: Clearance = PUBLIC,
) -> ImportResult:
    """Bring these plugins into the master list. The order of the entries makes no difference.

    A fork copies the name and the address of its original. So entries whose header gives their own
    repository get their name first, and names that are only guessed come last.

    What is not `allowed` to be known is not told in refusals.
    """
    importing = _Import(session, now, allowed)
    importing.take_all(entries)
    by_id = {plugin.id or 0: plugin for plugin in importing.plugins.values()}
    follow_listed(session, [plugin for _, plugin in sorted(by_id.items())], now)
    importing.tell()
    return importing.result


def set_compatibility(plugin: Plugin, text: str | None, now: datetime) -> str | None:
    """Store the text of the plugin's .discourse-compatibility, even if it is malformed.

    Returns what is wrong with it, in words; None when nothing is.
    """
    storable = text.replace("\0", "\ufffd") if text is not None else None
    if plugin.compatibility != storable:
        plugin.compatibility = storable
        plugin.updated_at = now
    try:
        read = parse_compatibility(text or "")
    except CompatibilityError as error:
        return str(error)
    return read.notice or " ".join(read.warnings) or None


class _Import:
    """One import: the list as it stands, loaded once, and the entries that wait for a name to be released."""

    def __init__(self, session: Session, now: datetime, allowed: Clearance) -> None:
        self.session = session
        self.now = now
        self.allowed = allowed
        self.result = ImportResult()
        self.plugins = {plugin.repository_key: plugin for plugin in session.exec(select(Plugin))}
        by_id = {plugin.id: plugin for plugin in self.plugins.values()}
        self.names = HeldNames(session, by_id.values())
        former = former_names(session)
        self.plugins = {name: by_id[id_] for name, id_ in former.items()} | self.plugins
        self.waiting: dict[str, list[ListingEntry]] = {}
        self.queue: deque[ListingEntry] = deque()

    def take_all(self, entries: Iterable[ListingEntry]) -> None:
        self.queue.extend(sorted(entries, key=self._rank))
        while self.queue:
            self._take(self.queue.popleft())
        for wanted, refused in self.waiting.items():
            self.result.refused += [self._refusal(entry, wanted) for entry in refused]
        self.session.flush()  # for the new plugins' numbers

    def tell(self) -> None:
        """Extensions hear which plugins came, and of those that GitHub calls private not where they are."""
        if not self.result.added or EXTENSION not in opened(self.session):
            return
        private = private_plugins(self.session)
        came = [self.names[added] for added in self.result.added]
        facts = [(each.handle, "" if each.id in private else each.repository) for each in came]
        told = ({"plugin": plugin, "repository": repository} for plugin, repository in facts)
        happened(self.session, "plugin.added", self.now, *told)

    def _rank(self, entry: ListingEntry) -> tuple[int, bool, str]:
        return _claim(entry), entry.key not in self.plugins, entry.key

    def _take(self, entry: ListingEntry) -> None:
        plugin = self.plugins.get(entry.key)
        if plugin is not None and plugin.repository_id is not None:
            # GitHub knows the present name; a list may be older.
            entry = replace(entry, repository=plugin.repository)
        try:
            wanted = _wanted(entry, plugin)
        except ValueError as error:
            self.result.refused.append(f"{entry.place}: {error}.")
            return
        ecosystem = entry.ecosystem or (plugin.ecosystem if plugin else Ecosystem.DISCOURSE)
        wanted = self.names.own(wanted, ecosystem, plugin)
        if ecosystem == Ecosystem.DISCOURSE:
            self._release(wanted, plugin)
        if self.names.is_held(wanted, plugin):
            self.waiting.setdefault(wanted, []).append(entry)
        elif plugin is None:
            self._add(entry, wanted)
        else:
            self._update(plugin, entry, wanted)

    def _release(self, wanted: str, plugin: Plugin | None) -> None:
        """Let a plugin of another ecosystem that has the name of one of Discourse's have it with a prefix."""
        holder = self.names[wanted] if self.names.is_held(wanted, plugin) else None
        if holder is None or holder.ecosystem == Ecosystem.DISCOURSE:
            return
        if holder.handle == wanted:
            self._rename(holder, prefixed(wanted, holder.ecosystem), leaves_alias=False)
        else:
            self.names.put_behind(wanted)

    def _add(self, entry: ListingEntry, wanted: str) -> None:
        plugin = Plugin(
            handle=wanted,
            name=_basename(entry),
            repository=entry.repository,
            repository_key=entry.key,
            path=entry.path,
            provisional=True,
            created_at=self.now,
            updated_at=self.now,
        )
        _write(plugin, entry, self.now)
        self.session.add(plugin)
        self.plugins[plugin.repository_key] = plugin
        self.names.add(plugin)
        self.result.added.append(wanted)

    def _update(self, plugin: Plugin, entry: ListingEntry, wanted: str) -> None:
        was_provisional = plugin.provisional
        changed = _write(plugin, entry, self.now)
        if wanted != plugin.handle:
            self._rename(plugin, wanted, leaves_alias=not was_provisional)
        elif changed:
            self.result.updated.append(wanted)
        else:
            self.result.unchanged.append(wanted)

    def _rename(self, plugin: Plugin, wanted: str, *, leaves_alias: bool) -> None:
        before = plugin.handle
        self.names.rename(plugin, wanted, leaves_alias=leaves_alias)
        self.result.renamed.append((before, wanted))
        if not leaves_alias:
            self.queue.extendleft(reversed(self.waiting.pop(before, [])))

    def _refusal(self, entry: ListingEntry, wanted: str) -> str:
        holder = self.names[wanted]
        hidden = is_hidden(self.session, holder.id, self.allowed)
        owner = "another plugin" if hidden else holder.place
        held = f"`{wanted}`, which belongs to {owner}"
        if holder.handle != wanted:
            held += f" (now `{holder.handle}`)"
        if entry.header is not None and entry.header.name:
            return f"{entry.place} claims the name {held}."
        return (
            f"The name of {entry.place} would be guessed as {held}; "
            "import its plugin.rb header to give it its own name."
        )


def _claim(entry: ListingEntry) -> int:
    """How good the entry's claim to its name is; the smallest number is the best."""
    if entry.header is None or not entry.header.name:
        return 2
    named = repository_in(entry.header.url or "") or ""
    return 0 if named.lower() == entry.repository.lower() else 1


def _wanted(entry: ListingEntry, plugin: Plugin | None) -> str:
    """The name for the entry: from its header, or the present one, or guessed from the repository."""
    if entry.header is not None and entry.header.name:
        return handle(entry.header.name)
    if plugin is not None:
        return parted(plugin.handle)[1]
    return handle(_basename(entry))


def _basename(entry: ListingEntry) -> str:
    return entry.place.rpartition("/")[2]


def _write(plugin: Plugin, entry: ListingEntry, now: datetime) -> bool:
    """Put what the entry says into the plugin's row, except the handle.

    Returns whether that changed anything.
    """
    said: dict[str, object] = {"repository": entry.repository, "removed_at": None}
    if entry.header is not None:
        said |= {key: getattr(entry.header, key) for key in _FROM_HEADER}
        if entry.header.name:
            said |= {"name": entry.header.name, "provisional": False}
    if entry.compatibility is not None:
        said["compatibility"] = entry.compatibility
    if entry.ecosystem is not None:
        said["ecosystem"] = entry.ecosystem
    if entry.tags is not None:
        topics = beside(entry.tags, plugin.topics)
        said |= {"tags": [*entry.tags, *topics], "topics": topics}
    shown = beneath_edits(plugin, said)
    changed = {key: value for key, value in shown.items() if getattr(plugin, key) != value}
    for key, value in changed.items():
        setattr(plugin, key, value)
    if changed:
        plugin.updated_at = now
    return bool(changed)
