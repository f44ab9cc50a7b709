"""Pages of the plugins of an ecosystem as clients of the Plugin Manager search, filter and sort them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

import sqlalchemy
from sqlalchemy import ColumnElement, FromClause, Select
from sqlmodel import Session, and_, col, func, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from models.queries.master_list_lines import contains, has_words, is_as_bad_as, is_tagged
from models.queries.plugins import is_text, lines_of, matching
from models.queries.privacy import PRIVATE
from models.queries.severity import worst_of_each, worst_of_line
from models.rules.ecosystems import Ecosystem
from models.rules.list_order import SearchOrder
from models.rules.privacy import PUBLIC
from models.rules.status import MILDEST_BROKEN, Verdict
from models.tables import MasterListLine, Plugin, Repository, RepositoryOwner
from models.views import PluginLine

# As in lists (`list_pages`).
FEW = 1_000
# When a hidden plugin was changed, which goes before all times.
_UNTOLD = datetime.min.replace(tzinfo=UTC)

_BROKEN = frozenset({"broken", *(verdict for verdict in Verdict if verdict.broken)})


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
    def is_for_names(self) -> bool:
        """Whether all are wanted by their handles alone, which everybody may know of private plugins, too."""
        return not self.words and not self.tags and self.order is SearchOrder.HANDLE


def plugins_found(
    session: Session, now: datetime, ecosystem: Ecosystem, search: PluginSearch, rows: slice
) -> tuple[Sequence[str], int]:
    """These rows of the handles that a search finds at `now`, and how many it finds."""
    others = () if search.is_for_names else _private(session, now, ecosystem, search)
    # As many of the others as there are may stand before the page, and move these on.
    first = max(0, rows.start - len(others))
    look = _found_once if search.words or search.tags else _counted_apart
    found, total = look(_lines(session, now, ecosystem, search), slice(first, rows.stop))
    places = sorted((*found, *others), reverse=search.descending)
    shown = places[rows.start - first : rows.stop - first]
    return [place[-1] for place in shown], total + len(others)


@dataclass(frozen=True, slots=True)
class _Lines:
    """Statements for the places of lines that a search finds, by which they are sorted, and for their number.

    `some` looks at the verdicts of each line, and `all` at all verdicts at once.
    """

    session: Session
    some: Select[Any]
    all: Select[Any]
    counted: Select[Any]
    descending: bool

    def page(self, found: Select[Any], place: Iterable[Any], rows: slice) -> Sequence[Any]:
        """These rows of what was found, in their order."""
        in_order = [each.desc() if self.descending else each for each in place]
        shown = found.order_by(*in_order).offset(rows.start).limit(rows.stop - rows.start)
        return self.session.execute(shown).all()

    def number(self) -> int:
        """How many there are."""
        return int(self.session.execute(self.counted).scalar_one())


def _lines(session: Session, now: datetime, ecosystem: Ecosystem, search: PluginSearch) -> _Lines:
    """But for those of private repositories, of which lines tell too much."""
    chosen = partial(_chosen, session, ecosystem, search)
    lines: FromClause = sqlalchemy.inspect(MasterListLine).local_table
    worst = worst_of_each(now, search.host_branch)
    judged = lines.outerjoin(worst, worst.c.plugin_id == col(MasterListLine.plugin_id))
    of_line = func.coalesce(worst_of_line(now, search.host_branch), 0)
    of_each = func.coalesce(worst.c.severity, 0)
    some = sqlalchemy.select(*_place(search.order, of_line)).where(*chosen(of_line))
    every = sqlalchemy.select(*_place(search.order, of_each)).where(*chosen(of_each))
    is_for_status = not is_text(search.text)
    counted = sqlalchemy.select(func.count()).where(*chosen(of_each))
    counted = counted.select_from(judged if is_for_status else lines)
    if search.words in _BROKEN:
        # Of the lines that are broken anywhere, which are fewer than all.
        counted = sqlalchemy.select(func.count()).where(*chosen(of_line)).select_from(lines)
    is_sorted = search.order is not SearchOrder.HANDLE
    is_judged = search.order is SearchOrder.STATUS or (is_for_status and is_sorted)
    return _Lines(
        session,
        some=some.select_from(lines),
        all=every.select_from(judged) if is_judged else some.select_from(lines),
        counted=counted,
        descending=search.descending,
    )


def _chosen(
    session: Session, ecosystem: Ecosystem, search: PluginSearch, severity: ColumnElement[int]
) -> Sequence[ColumnElement[bool]]:
    line = MasterListLine
    chosen: list[ColumnElement[bool]] = [
        and_(col(line.is_listed)),
        col(line.ecosystem) == ecosystem,
    ]
    if not search.is_for_names:
        chosen.append(col(line.plugin_id).not_in(PRIVATE))
    if search.tags:
        has = [is_tagged(session, tag) for tag in sorted(search.tags)]
        chosen.append(and_(*has) if search.all_tags else or_(*has))
    if search.words:
        chosen.append(_says(session, search, severity))
    return chosen


def _found_once(lines: _Lines, rows: slice) -> tuple[Sequence[tuple[Any, ...]], int]:
    """The page and the number by one look at all; of many, that look ends early, and they are counted apart."""
    found = lines.some.limit(FEW + 1).cte("found")
    number = select(func.count()).select_from(found).scalar_subquery()
    page = lines.page(sqlalchemy.select(found, number), found.columns, rows)
    total = page[0][-1] if page else 0
    if not page and rows.start:
        total = lines.number()
    if total > FEW:
        return _counted_apart(lines, rows)
    return [tuple(place[:-1]) for place in page], total


def _counted_apart(lines: _Lines, rows: slice) -> tuple[Sequence[tuple[Any, ...]], int]:
    """The page, in its order, and the number."""
    page = lines.page(lines.all, lines.all.selected_columns, rows)
    return [tuple(place) for place in page], lines.number()


def _place(order: SearchOrder, severity: ColumnElement[int]) -> list[Any]:
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


def _says(
    session: Session, search: PluginSearch, severity: ColumnElement[int]
) -> ColumnElement[bool]:
    line = MasterListLine
    meant = _meant(session, search.words, severity)
    said = or_(meant, contains(session, line.about, search.words))
    told = contains(session, RepositoryOwner.words, search.words)
    owners = session.exec(select(RepositoryOwner.login_key).where(told)).all()
    return or_(said, col(line.plugin_id).in_(_owned(session, told))) if owners else said


def _meant(session: Session, words: str, severity: ColumnElement[int]) -> ColumnElement[bool]:
    if is_text(words):
        return has_words(session, words)
    # The line tells how bad it is where it is worst, and spares a look at all that are well.
    if words == "broken":
        return and_(is_as_bad_as(MILDEST_BROKEN), severity >= MILDEST_BROKEN.severity)
    verdict = Verdict(words)
    return and_(is_as_bad_as(verdict), severity == verdict.severity)


def _owned(session: Session, told: ColumnElement[bool]) -> SelectOfScalar[int | None]:
    """The plugins whose repositories belong to such owners; logins are of ASCII."""
    name = col(Repository.full_name)
    place = func.instr if session.connection().dialect.name == "sqlite" else func.strpos
    login = func.lower(func.substr(name, 1, place(name + "/", "/") - 1))
    owners = select(RepositoryOwner.login_key).where(told)
    return (
        select(col(Plugin.id))
        .join(Repository, col(Repository.github_id) == col(Plugin.repository_id))
        .where(login.in_(owners))
    )


def _private(
    session: Session, now: datetime, ecosystem: Ecosystem, search: PluginSearch
) -> Sequence[tuple[Any, ...]]:
    """Where those stand whose repositories are private, and of which nothing that GitHub told may be known."""
    if session.exec(PRIVATE.limit(1)).first() is None:
        return ()
    lines = matching(lines_of(session, now, PRIVATE, PUBLIC), search.words, search.host_branch)
    return [
        _place_of(line, search)
        for line in lines
        if line.plugin.ecosystem == ecosystem and _has_tags(search, line.plugin.tags)
    ]


def _has_tags(search: PluginSearch, tags: Sequence[str]) -> bool:
    if search.all_tags or not search.tags:
        return search.tags.issubset(tags)
    return not search.tags.isdisjoint(tags)
