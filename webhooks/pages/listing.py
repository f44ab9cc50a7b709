"""A page of the master list: what a reader's filter, tag and order leave of it."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from urllib.parse import urlencode

from models.database.engine import Session
from models.queries.list_pages import page_of_list
from models.rules.list_order import ListOrder
from models.rules.speaking import marked
from models.rules.status import Verdict
from models.views import PluginLine

ROWS = 50  # of the list on one page
_MOST_PAGES = 1_000_000
_TAGS = 24  # those that the most plugins have


ORDERS = {
    ListOrder.WORST: marked("worst first"),
    ListOrder.NAME: marked("name"),
    ListOrder.SITES: marked("most sites"),
}


@dataclass(frozen=True, slots=True)
class ListWish:
    """What a reader wants to see: `filter` is as in `queries.matching`, `tag` in any case; empty ones leave all."""

    filter: str = ""
    tag: str = ""
    order: ListOrder = ListOrder.WORST
    page: int = 1

    def address(self, **changes: str | int) -> str:
        """Where the list is, with what else is wanted; the page is the first one if it is not among the changes."""
        wanted = {"filter": self.filter, "tag": self.tag, "order": self.order, **changes}
        usual = {"filter": "", "tag": "", "order": ListOrder.WORST, "page": 1}
        said = {name: value for name, value in wanted.items() if value != usual[name]}
        return f"/?{urlencode(said)}#list" if said else "/#list"


@dataclass(frozen=True, slots=True)
class PluginRow:
    """A plugin with its worst status, and the one on each host branch shown; None where nobody has reported."""

    line: PluginLine
    verdicts: tuple[Verdict | None, ...]


@dataclass(frozen=True, slots=True)
class ListPage:
    """A page of what a wish leaves of the master list: `page` of `pages`, counted from 1; `matching` is the whole."""

    rows: tuple[PluginRow, ...]
    matching: int
    page: int
    pages: int


def list_page(
    session: Session,
    now: datetime,
    branches: Sequence[str],
    wish: ListWish,
) -> ListPage:
    """The page that is wanted, with a status on each of the host branches; a page that is not there is the nearest."""
    part = partial(page_of_list, session, now, wish.filter, wish.tag, order=wish.order)
    found = part(_rows_of(max(wish.page, 1)))
    pages = max(1, math.ceil(found.total / ROWS))
    page = min(max(wish.page, 1), pages)
    if page != max(wish.page, 1):
        found = part(_rows_of(page))
    return ListPage(_rows(found.lines, branches), found.total, page, pages)


def _rows_of(page: int) -> slice:
    # Further than any list goes, databases cannot count.
    first = min(page - 1, _MOST_PAGES) * ROWS
    return slice(first, first + ROWS)


def common_tags(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    """The tags that the most plugins have, by name, each with how many have it."""
    most_first = sorted(counts.items(), key=lambda counted: (-counted[1], counted[0]))
    return tuple(sorted(most_first[:_TAGS]))


def _rows(lines: Sequence[PluginLine], branches: Sequence[str]) -> tuple[PluginRow, ...]:
    return tuple(
        PluginRow(line, tuple(line.verdicts.get(branch) for branch in branches)) for line in lines
    )
