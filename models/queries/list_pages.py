"""Pages of the master list: found, counted and sorted by its lines, and read whole only where they are shown."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

import orjson
import sqlalchemy
from sqlalchemy import ColumnElement, Select, literal, union_all
from sqlmodel import Session, col, func, select, true
from sqlmodel.sql.expression import SelectOfScalar

from models.queries.master_list_lines import (
    has_tag,
    is_sure,
    is_wanted,
    tally_of_lines,
    unsure_lines,
    verdict_of,
    worst_first,
)
from models.queries.plugins import is_text, lines_of, matching
from models.rules.list_order import ListOrder
from models.rules.privacy import PUBLIC, Clearance
from models.rules.status import Verdict
from models.tables import MasterListLine, Plugin
from models.tables.master_list_line import AROUND_TAG, BETWEEN
from models.views import PluginLine
from models.views.worst import ListedVerdict, WorstPlugins

_Chosen = TypeVar("_Chosen", bound=Select[Any])
# More than these are not put together to be sorted: in order, the page is found by reading little.
FEW = 1_000
_SORTED_BY = (
    col(MasterListLine.plugin_id),
    col(MasterListLine.mildness),
    col(MasterListLine.handle),
    col(MasterListLine.keyed_sites),
    col(MasterListLine.told_sites),
)


def page_of_list(
    session: Session,
    now: datetime,
    filter: str,  # noqa: A002 - the word people use
    tag: str,
    rows: slice,
    order: ListOrder = ListOrder.WORST,
    *,
    allowed: Clearance = PUBLIC,
) -> WorstPlugins:
    """These rows of what a filter, as in `plugins.matching`, and a tag in any case leave; empty ones leave all."""
    others, unsure = _unsure(session, now, allowed)
    others = tagged(matching(others, filter), tag)
    wanted = is_wanted(session, filter.strip().casefold())
    if tag:
        wanted = wanted & has_tag(session, tag.casefold())
    # As many of the others as there are may stand before the page, and move these on.
    first = max(0, rows.start - len(others))
    page = slice(first, rows.stop)
    has_text = bool(tag) or (filter.strip() != "" and is_text(filter))
    choose = _found_once if has_text else _counted_apart
    ids, sure_tally = choose(session, unsure, wanted, page, order)
    lines = [*lines_of(session, now, ids, allowed), *others]
    lines.sort(key=partial(_place, order))
    tally = Counter(line.verdict for line in others)
    tally.update(sure_tally)
    return WorstPlugins(tuple(lines[rows.start - first : rows.stop - first]), tally)


def _unsure(
    session: Session, now: datetime, allowed: Clearance
) -> tuple[Sequence[PluginLine], SelectOfScalar[int] | None]:
    """What the lines do not tell for sure, and the query of whose they are; None if it is none.

    All may be late after a night without jobs, and so they are not named one by one.
    """
    unsure = unsure_lines(now, allowed)
    ids = session.exec(unsure).all()
    if not ids:
        return (), None
    return lines_of(session, now, ids, allowed), unsure


def _page(found: _Chosen, line: Any, order: ListOrder, rows: slice) -> _Chosen:
    """These rows of the plugins that were found, whose lines, or the columns of such, are `line`."""
    if order is ListOrder.NAME:
        ordered = found.order_by(line.handle)
    elif order is ListOrder.WORST:
        ordered = found.order_by(line.mildness, line.handle)
    else:
        # What anyone may tell without a key decides only between those that run on as many sites with one.
        most = line.keyed_sites.desc(), line.told_sites.desc()
        ordered = found.order_by(*most, line.mildness, line.handle)
    return ordered.offset(rows.start).limit(rows.stop - rows.start)


def _found_once(
    session: Session,
    unsure: SelectOfScalar[int] | None,
    wanted: ColumnElement[bool],
    rows: slice,
    order: ListOrder,
) -> tuple[Sequence[int], Mapping[Verdict, int]]:
    """The page and the tally by one look at all texts; of many, that look ends early, and they are counted apart."""
    some = sqlalchemy.select(*_SORTED_BY).where(*is_sure(unsure), wanted).limit(FEW + 1)
    found = some.cte("found")
    # What is counted is never 0, which marks the page.
    shown = sqlalchemy.select(found.c.plugin_id, literal(0).label("number"))
    page = _page(shown, found.c, order, rows).subquery()
    counted = sqlalchemy.select(found.c.mildness, func.count()).group_by(found.c.mildness)
    ids: list[int] = []
    tally: dict[Verdict, int] = {}
    both = union_all(sqlalchemy.select(page), counted)
    for value, number in session.execute(both):
        if number:
            tally[verdict_of(value)] = number
        else:
            ids.append(value)
    if sum(tally.values()) > FEW:
        return _counted_apart(session, unsure, wanted, rows, order)
    return ids, tally


def _counted_apart(
    session: Session,
    unsure: SelectOfScalar[int] | None,
    wanted: ColumnElement[bool],
    rows: slice,
    order: ListOrder,
) -> tuple[Sequence[int], Mapping[Verdict, int]]:
    """The page, in its order, and the tally."""
    found = select(MasterListLine.plugin_id).where(*is_sure(unsure), wanted)
    page = _page(found, MasterListLine, order, rows)
    return session.exec(page).all(), tally_of_lines(session, unsure, wanted)


def _place(order: ListOrder, line: PluginLine) -> tuple[int | str, ...]:
    """What `_page` sorts by, of a line that was read whole."""
    if order is ListOrder.NAME:
        return (line.plugin.handle,)
    if order is ListOrder.WORST:
        return worst_first(line)
    return -line.sites.keyed, -line.sites.told, *worst_first(line)


@dataclass(frozen=True, slots=True)
class ListedVerdicts:
    """Every plugin of the list in one word, worst first, as the database put it: lists that say the same are equal.

    `columns` are the handles, mildnesses and purposes of those that are sure, each as JSON. `others` are the rest.
    """

    columns: tuple[str, ...]
    others: tuple[ListedVerdict, ...]

    def __iter__(self) -> Iterator[ListedVerdict]:
        handles, mildnesses, abouts = map(orjson.loads, self.columns)
        found = map(ListedVerdict, handles, map(verdict_of, mildnesses), abouts)
        if not self.others:
            return found
        both = sorted(
            (*found, *self.others), key=lambda each: (-each.verdict.severity, each.handle)
        )
        return iter(both)


def verdicts_of_list(
    session: Session, now: datetime, *, allowed: Clearance = PUBLIC
) -> ListedVerdicts:
    """Every plugin of the list in one word: of a long list, all else would take thirty times as long."""
    line, order = MasterListLine, (col(MasterListLine.mildness), col(MasterListLine.handle))
    lines, unsure = _unsure(session, now, allowed)
    sure = (
        sqlalchemy.select(col(line.handle), col(line.mildness), col(Plugin.about))
        .join(Plugin, col(Plugin.id) == col(line.plugin_id))
        .where(*is_sure(unsure))
        .order_by(*order)
    )
    others = (ListedVerdict(each.plugin.handle, each.verdict, each.plugin.about) for each in lines)
    return ListedVerdicts(_by_columns(session, sure), tuple(others))


def _by_columns(session: Session, found: sqlalchemy.SelectBase) -> tuple[str, ...]:
    """Each column of what is found, in the order of its rows: as rows, tens of thousands take twice as long."""
    rows = found.subquery()
    is_sqlite = session.connection().dialect.name == "sqlite"
    gather = func.json_group_array if is_sqlite else func.json_agg
    lists = [func.coalesce(sqlalchemy.cast(gather(each), sqlalchemy.Text), "[]") for each in rows.c]
    return tuple(session.execute(sqlalchemy.select(*lists)).one())


def tagged(lines: Sequence[PluginLine], tag: str) -> Sequence[PluginLine]:
    """The lines that have the tag, in any case; all where none is named."""
    if not tag:
        return lines
    wanted = tag.casefold()
    return [line for line in lines if wanted in map(str.casefold, line.plugin.tags)]


def tag_counts(session: Session) -> Counter[str]:
    """How many plugins of the list have each tag, without regard to case."""
    tags = col(MasterListLine.tags)
    # Many plugins have the same ones, which are parted once.
    alike = select(tags, func.count()).where(col(MasterListLine.is_listed)).group_by(tags)
    counts: Counter[str] = Counter()
    for tagged_so, number in session.exec(alike):
        for tag in tagged_so.split(BETWEEN):
            if tag:
                counts[tag.strip(AROUND_TAG)] += number
    return counts


def tally_of_list(
    session: Session, now: datetime, *, allowed: Clearance = PUBLIC
) -> Counter[Verdict]:
    """How many plugins of the list there are of each verdict."""
    lines, unsure = _unsure(session, now, allowed)
    tally = Counter(line.verdict for line in lines)
    tally.update(tally_of_lines(session, unsure, true()))
    return tally
