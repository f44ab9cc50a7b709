"""A page of the master list: what a reader's filter, tag and order leave of it."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from urllib.parse import urlencode

from models import queries
from models.rules.status import Verdict
from models.views import PluginLine
from models.views.usage import InstallsView

ROWS = 100  # of the list on one page
_TAGS = 24  # those that the most plugins have
_NOWHERE = InstallsView()


class ListOrder(StrEnum):
    """What the list is sorted by."""

    WORST = "worst"
    NAME = "name"
    SITES = "sites"


ORDERS = {ListOrder.WORST: "worst first", ListOrder.NAME: "name", ListOrder.SITES: "most sites"}


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
    installs: InstallsView


@dataclass(frozen=True, slots=True)
class ListPage:
    """A page of what a wish leaves of the master list: `page` of `pages`, counted from 1; `matching` is the whole."""

    rows: tuple[PluginRow, ...]
    matching: int
    page: int
    pages: int


def list_page(
    lines: Sequence[PluginLine],
    branches: Sequence[str],
    installs: Mapping[str, InstallsView],
    wish: ListWish,
) -> ListPage:
    """The page that is wanted, with a status on each of the host branches; a page that is not there is the nearest."""
    wanted = queries.matching(_tagged(lines, wish.tag), wish.filter)
    matching = _sorted(wanted, installs, wish.order)
    pages = max(1, math.ceil(len(matching) / ROWS))
    page = min(max(wish.page, 1), pages)
    shown = matching[(page - 1) * ROWS : page * ROWS]
    return ListPage(_rows(shown, branches, installs), len(matching), page, pages)


def common_tags(lines: Sequence[PluginLine]) -> tuple[tuple[str, int], ...]:
    """The tags that the most plugins have, by name, each with how many have it."""
    tags = chain.from_iterable(line.plugin.tags for line in lines)
    counts = Counter(map(str.casefold, tags))
    return tuple(sorted(counts.most_common(_TAGS)))


def _tagged(lines: Sequence[PluginLine], tag: str) -> Sequence[PluginLine]:
    if not tag:
        return lines
    wanted = tag.casefold()
    return [line for line in lines if wanted in map(str.casefold, line.plugin.tags)]


def _sorted(
    lines: Sequence[PluginLine], installs: Mapping[str, InstallsView], order: ListOrder
) -> Sequence[PluginLine]:
    """The lines, which come worst first, in this order."""
    if order is ListOrder.NAME:
        return sorted(lines, key=lambda line: line.plugin.handle)
    if order is ListOrder.SITES:
        # What anyone may say without a key decides only between those that as many sites with a key run.
        return sorted(lines, key=lambda line: _sites(line, installs), reverse=True)
    return lines


def _sites(line: PluginLine, installs: Mapping[str, InstallsView]) -> tuple[int, int]:
    known = installs.get(line.plugin.handle, _NOWHERE)
    return known.keyed, known.told


def _rows(
    lines: Sequence[PluginLine], branches: Sequence[str], installs: Mapping[str, InstallsView]
) -> tuple[PluginRow, ...]:
    return tuple(
        PluginRow(
            line,
            tuple(line.verdicts.get(branch) for branch in branches),
            installs.get(line.plugin.handle, _NOWHERE),
        )
        for line in lines
    )
