"""Pages of the plugins of an ecosystem as clients of the Plugin Manager search, filter and sort them."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any

import sqlalchemy
from sqlalchemy import ColumnElement, Select, literal
from sqlmodel import Session, and_, col, func, or_, select

from models.queries.master_list_lines import is_tagged
from models.queries.plugins import is_text, lines_of, matching
from models.queries.privacy import PRIVATE, private_plugins
from models.queries.searched_words import is_meant
from models.queries.severity import worst_of_line
from models.queries.unheard import is_worst
from models.rules.ecosystems import Ecosystem
from models.rules.list_order import SearchOrder
from models.rules.privacy import PUBLIC
from models.rules.status import ANY_BROKEN, Verdict
from models.tables import MasterListLine
from models.views import PluginLine

# As in lists (`list_pages`).
FEW = 1_000
# When a hidden plugin was changed, which goes before all times.
_UNTOLD = datetime.min.replace(tzinfo=UTC)
_BROKEN = frozenset({ANY_BROKEN, *(verdict for verdict in Verdict if verdict.broken)})
_SEVERITY = attrgetter("severity")
_NOT_ASKED: ColumnElement[int] = literal(0)
_IS_PRIVATE = col(MasterListLine.plugin_id).in_(PRIVATE)
# What is said first of each line of the group, which lines it has, and by what those are sorted.
_Group = tuple[object, ColumnElement[bool], Sequence[Any]]


@dataclass(frozen=True, slots=True)
class PluginSearch:
    """Which plugins are wanted, and in which order; where it is the same for some, by their handles.

    The text is a part of what everybody may know of a plugin: of its handle, name, repository, tags and purpose, or of
    what its owner says of themselves, in any case; an empty one leaves all. The name of a verdict, or "broken", is its
    status on the host branch, or a part of its purpose or of what its owner says. Wanted are plugins that have one of
    the tags, or all of them, letter for letter. Who has no owner comes last.
    """

    host_branch: str
    text: str = ""
    tags: frozenset[str] = frozenset()
    all_tags: bool = False
    order: SearchOrder = SearchOrder.HANDLE
    descending: bool = False

    @property
    def words(self) -> str:
        """The text without regard to case."""
        return self.text.strip().casefold()

    @property
    def is_for_texts(self) -> bool:
        """Whether a part of a text, or a tag, is wanted."""
        return bool(self.tags) or (self.words != "" and is_text(self.words))

    @property
    def is_for_names(self) -> bool:
        """Whether all are wanted by their handles alone, which everybody may know of private plugins, too."""
        return not self.words and not self.tags and self.order is SearchOrder.HANDLE


def plugins_found(
    session: Session, now: datetime, ecosystem: Ecosystem, search: PluginSearch, rows: slice
) -> tuple[Sequence[str], int]:
    """These rows of the handles that a search finds at `now`, and how many it finds."""
    private: Collection[int] = ()
    if not search.is_for_names:
        private = private_plugins(session)
    others = _private(session, now, ecosystem, search, private)
    # As many of the others as there are may stand before the page, and move these on.
    first = max(0, rows.start - len(others))
    chosen = tuple(_chosen(session, now, ecosystem, search))
    lines = _Lines(session, now, ecosystem, search, chosen, hides=bool(private))
    found, total = lines.found(slice(first, rows.stop))
    places = sorted((*found, *others), reverse=search.descending)
    shown = places[rows.start - first : rows.stop - first]
    return [place[-1] for place in shown], total + len(others)


_Place = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Lines:
    """The lines that a search has `chosen`; it `hides` those of private repositories, of which lines tell too much.

    They are told by their places, by which they are sorted.
    """

    session: Session
    now: datetime
    ecosystem: Ecosystem
    search: PluginSearch
    chosen: Sequence[ColumnElement[bool]]
    hides: bool

    def found(self, rows: slice) -> tuple[Sequence[_Place], int]:
        """These rows, and the number of all."""
        search = self.search
        if search.is_for_texts:
            found, total = self._found_once(rows, FEW + 1)
            return (found, total) if total <= FEW else self._counted_apart(rows)
        if search.words in _BROKEN and search.order is not SearchOrder.STATUS:
            return self._found_once(rows, None)
        return self._counted_apart(rows)

    @property
    def _shown(self) -> Sequence[ColumnElement[bool]]:
        if self.hides:
            return *self.chosen, ~_IS_PRIVATE
        return self.chosen

    def _found_once(self, rows: slice, most: int | None) -> tuple[Sequence[_Place], int]:
        """The same by one look, which ends when so many are found."""
        severity = func.coalesce(worst_of_line(self.now, self.search.host_branch), 0)
        place = _place(self.search.order, severity)
        found = sqlalchemy.select(*place).where(*self._shown).limit(most).cte("found")
        number = select(func.count()).select_from(found).scalar_subquery()
        page = self._page(sqlalchemy.select(found, number), found.columns, rows)
        total = page[0][-1] if page else 0
        if not page and rows.start:
            total = self._number()
        return [tuple(place[:-1]) for place in page], total

    def _counted_apart(self, rows: slice) -> tuple[Sequence[_Place], int]:
        if self.search.order is SearchOrder.STATUS:
            return self._in_groups(rows, self._by_severity()), self._number()
        if self.search.order is SearchOrder.OWNER:
            return self._in_groups(rows, self._by_having_owner()), self._number()
        place = _place(self.search.order)
        page = self._page(sqlalchemy.select(*place).where(*self._shown), place, rows)
        return [tuple(place) for place in page], self._number()

    def _by_severity(self) -> Iterator[_Group]:
        """Verdict by verdict, as all that comes after those on the page need not be put in order."""
        branch = self.search.host_branch
        for verdict in sorted(Verdict, key=_SEVERITY, reverse=self.search.descending):
            is_so = is_worst(self.session, self.now, self.ecosystem, branch, verdict)
            yield verdict.severity, is_so, _place(SearchOrder.HANDLE)

    def _by_having_owner(self) -> Iterator[_Group]:
        """Those with an owner, and those without: each are in the order of an index."""
        owner = col(MasterListLine.owner)
        for has_none in sorted((False, True), reverse=self.search.descending):
            is_so = (owner == "") if has_none else (owner > "")
            yield has_none, is_so, [owner, *_place(SearchOrder.HANDLE)]

    def _in_groups(self, rows: slice, groups: Iterable[_Group]) -> Sequence[_Place]:
        """These rows of groups of which each comes wholly before the next."""
        found: list[_Place] = []
        first, most = rows.start, rows.stop - rows.start
        for mark, is_so, place in groups:
            alike = sqlalchemy.select(*place).where(*self._shown, is_so)
            page = self._page(alike, place, slice(first, first + most - len(found)))
            found += [(mark, *each) for each in page]
            if len(found) == most:
                break
            if page or not first:
                first = 0
            else:
                first -= self._number(is_so)
        return found

    def _page(self, found: Select[Any], place: Iterable[Any], rows: slice) -> Sequence[Any]:
        in_order = [each.desc() if self.search.descending else each for each in place]
        shown = found.order_by(*in_order).offset(rows.start).limit(rows.stop - rows.start)
        return self.session.execute(shown).all()

    def _number(self, *also: ColumnElement[bool]) -> int:
        counted = select(func.count()).select_from(MasterListLine).where(*self.chosen, *also)
        number: ColumnElement[int] = counted.scalar_subquery()
        if self.hides:
            # They are few, and taken off again: looked for at each line, they took longer than the counting.
            number = number - counted.where(_IS_PRIVATE).scalar_subquery()
        return int(self.session.execute(sqlalchemy.select(number)).scalar_one())


def _chosen(
    session: Session, now: datetime, ecosystem: Ecosystem, search: PluginSearch
) -> Sequence[ColumnElement[bool]]:
    line = MasterListLine
    chosen: list[ColumnElement[bool]] = [
        and_(col(line.is_listed)),
        col(line.ecosystem) == ecosystem,
    ]
    if search.tags:
        has = [is_tagged(session, tag) for tag in sorted(search.tags)]
        chosen.append(and_(*has) if search.all_tags else or_(*has))
    if search.words:
        chosen.append(is_meant(session, now, search.words, search.host_branch))
    return chosen


def _place(order: SearchOrder, severity: ColumnElement[int] = _NOT_ASKED) -> list[Any]:
    """What lines are sorted by; the last one is the handle."""
    line = MasterListLine
    of_order: dict[SearchOrder, list[Any]] = {
        SearchOrder.HANDLE: [],
        SearchOrder.OWNER: [(col(line.owner) == "").label("has_none"), col(line.owner)],
        SearchOrder.STATUS: [severity.label("severity")],
        SearchOrder.UPDATED: [col(line.updated_at)],
    }
    return [*of_order[order], col(line.handle)]


def _place_of(line: PluginLine, search: PluginSearch) -> tuple[Any, ...]:
    """The same, of a line that was read whole."""
    plugin = line.plugin
    if search.order is SearchOrder.OWNER:
        owner = plugin.repository.partition("/")[0]
        return not owner, owner.casefold(), plugin.handle
    if search.order is SearchOrder.STATUS:
        return line.on(search.host_branch).severity, plugin.handle
    if search.order is SearchOrder.UPDATED:
        return plugin.updated_at or _UNTOLD, plugin.handle
    return (plugin.handle,)


def _private(
    session: Session,
    now: datetime,
    ecosystem: Ecosystem,
    search: PluginSearch,
    private: Collection[int],
) -> Sequence[tuple[Any, ...]]:
    """Where those stand whose repositories are private, and of which nothing that GitHub told may be known."""
    if not private:
        return ()
    lines = matching(lines_of(session, now, private, PUBLIC), search.words, search.host_branch)
    return [
        _place_of(line, search)
        for line in lines
        if line.plugin.ecosystem == ecosystem and _has_tags(search, line.plugin.tags)
    ]


def _has_tags(search: PluginSearch, tags: Sequence[str]) -> bool:
    if search.all_tags or not search.tags:
        return search.tags.issubset(tags)
    return not search.tags.isdisjoint(tags)
