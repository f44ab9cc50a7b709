"""Statuses as Plugin Guards ask for them: pages of lines, without what is private."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

import sqlalchemy
from sqlalchemy import ColumnElement, bindparam, tuple_
from sqlalchemy.orm import Bundle, aliased
from sqlmodel import Session, and_, col, exists, false, func, or_, select, true

from models.queries.named import plugin_ids
from models.queries.privacy import PRIVATE, since, visible
from models.queries.statuses import VERDICT_COLUMNS, verdict_view
from models.rules.blame import Pair
from models.rules.ecosystems import Ecosystem
from models.rules.privacy import PUBLIC
from models.rules.sources import IN_REPOSITORY
from models.rules.status import Verdict, combine
from models.tables import Plugin, SourceVerdict, Status
from models.views import StatusLine, VerdictView

PAGE_SIZE = 30

_Key = tuple[int, str, str]  # the plugin's id, its branch, and the host's

_ELSEWHERE = select(Plugin.id).where(
    or_(Plugin.ecosystem != Ecosystem.DISCOURSE, col(Plugin.removed_at).is_not(None))
)


_IS_PRIVATE = col(Status.plugin_id).in_(PRIVATE)
_OTHER = aliased(SourceVerdict)
# Whether anyone but CI has spoken of a status.
_SAID_BY_OTHERS = exists().where(
    col(_OTHER.plugin_id) == col(Status.plugin_id),
    col(_OTHER.plugin_branch) == col(Status.plugin_branch),
    col(_OTHER.host_branch) == col(Status.host_branch),
    col(_OTHER.source).not_in(IN_REPOSITORY),
)
_STATUS: Bundle[Any] = Bundle(
    "status",
    col(Status.plugin_id),
    col(Status.plugin_branch),
    col(Status.host_branch),
    col(Status.changed_at),
)
_SAYS: Bundle[Any] = Bundle("says", *VERDICT_COLUMNS)
# The statuses of some plugins on a host branch, each with what every source says. All in one, without rows of SQLModel,
# and put together once: each of these took longer than the database does.
_ON_BRANCH = (
    sqlalchemy.select(_STATUS, col(Plugin.handle), _IS_PRIVATE.label("private"), _SAYS)
    .join(Plugin, col(Plugin.id) == col(Status.plugin_id))
    .outerjoin(
        SourceVerdict,
        and_(
            col(SourceVerdict.plugin_id) == col(Status.plugin_id),
            col(SourceVerdict.plugin_branch) == col(Status.plugin_branch),
            col(SourceVerdict.host_branch) == col(Status.host_branch),
            visible(col(SourceVerdict.plugin_id), col(SourceVerdict.source), PUBLIC),
        ),
    )
    .where(
        col(Status.plugin_id).in_(bindparam("plugins", expanding=True)),
        col(Status.host_branch) == bindparam("host_branch"),
        or_(~_IS_PRIVATE, _SAID_BY_OTHERS),
    )
    .order_by(col(Status.plugin_id), col(Status.plugin_branch))
)


@dataclass(frozen=True, slots=True)
class LineFilter:
    """Which statuses are asked for; an empty branch stands for any."""

    handle: str
    plugin_branch: str | None = None
    host_branch: str | None = None


def status_lines(
    session: Session,
    wanted: Sequence[LineFilter] | None,
    page: int,
    now: datetime,
) -> tuple[list[StatusLine], int]:
    """A page (counted from 0) of `PAGE_SIZE` wanted statuses, and how many there are in all.

    `wanted` is None for all statuses.
    """
    asked = true() if wanted is None else _asked(session, wanted)
    chosen = and_(
        asked, or_(~_IS_PRIVATE, _SAID_BY_OTHERS), col(Status.plugin_id).not_in(_ELSEWHERE)
    )
    total = session.exec(select(func.count()).select_from(Status).where(chosen)).one()
    rows = session.exec(
        select(Status, Plugin.handle, _IS_PRIVATE)
        .join(Plugin)
        .where(chosen)
        .order_by(Plugin.handle, col(Status.plugin_branch), col(Status.host_branch))
        .limit(PAGE_SIZE)
        .offset(page * PAGE_SIZE)
    ).all()
    return [line for _, line in _lines(session, rows, now)], total


def lines_on(
    session: Session, plugin_ids: Collection[int], host_branch: str, now: datetime
) -> dict[int, list[StatusLine]]:
    """All statuses of these plugins on a host branch, by the plugin."""
    rows = session.execute(_ON_BRANCH, {"plugins": list(plugin_ids), "host_branch": host_branch})
    found: dict[int, list[StatusLine]] = {}
    for status, of_one in groupby(rows, lambda row: row.status):
        first, *others = of_one
        views = [verdict_view(each.says, now) for each in (first, *others) if each.says.source]
        line = _line(status, first.handle, views, private=first.private)
        found.setdefault(status.plugin_id, []).append(line)
    return found


def _lines(
    session: Session, rows: Sequence[tuple[Status, str, bool]], now: datetime
) -> list[tuple[int, StatusLine]]:
    """The statuses as they are told, each with its plugin's id; an old verdict counts for nothing."""
    keys = [(row.plugin_id, row.plugin_branch, row.host_branch) for row, _, _ in rows]
    said = _said(session, keys, now) if keys else {}
    return [
        (row.plugin_id, _line(row, handle, said[key], private=private))
        for key, (row, handle, private) in zip(keys, rows, strict=True)
    ]


def _asked(session: Session, wanted: Sequence[LineFilter]) -> ColumnElement[bool]:
    """Whether a status is among the wanted ones. None is where no plugin is known."""
    known = plugin_ids(session, {want.handle for want in wanted}, Ecosystem.DISCOURSE)
    asked = [_is(want, known[want.handle]) for want in wanted if want.handle in known]
    return or_(false(), *asked)


def _is(want: LineFilter, plugin_id: int) -> ColumnElement[bool]:
    """Whether a status is one of this plugin's, and on the branches that are asked for."""
    conditions = [col(Status.plugin_id) == plugin_id]
    if want.plugin_branch:
        conditions.append(col(Status.plugin_branch) == want.plugin_branch)
    if want.host_branch:
        conditions.append(col(Status.host_branch) == want.host_branch)
    return and_(*conditions)


def _said(session: Session, keys: Sequence[_Key], now: datetime) -> dict[_Key, list[VerdictView]]:
    """What everybody may know of what the sources say of these statuses."""
    said: dict[_Key, list[VerdictView]] = {key: [] for key in keys}
    of_keys = tuple_(
        SourceVerdict.plugin_id,
        SourceVerdict.plugin_branch,
        SourceVerdict.host_branch,
    ).in_(keys)
    # By keys alone, SQLite looks at all verdicts.
    of_plugins = col(SourceVerdict.plugin_id).in_({plugin_id for plugin_id, _, _ in keys})
    shown = visible(col(SourceVerdict.plugin_id), col(SourceVerdict.source), PUBLIC)
    for row in session.exec(select(SourceVerdict).where(of_plugins, of_keys, shown)):
        said[row.plugin_id, row.plugin_branch, row.host_branch].append(verdict_view(row, now))
    return said


def _line(row: Any, handle: str, views: Sequence[VerdictView], *, private: bool) -> StatusLine:
    of_tests = [view.verdict for view in views if view.source in IN_REPOSITORY]
    verdict = combine(view.verdict for view in views)
    return StatusLine(
        handle=handle,
        plugin_branch=row.plugin_branch,
        host_branch=row.host_branch,
        verdict=verdict,
        # When CI changed the status of a private plugin is not for everybody.
        changed_at=since(views) if private else row.changed_at,
        seen_at=max((view.seen_at for view in views), default=None),
        pair=_judged(views, verdict),
        tests=combine(of_tests) if of_tests else None,
    )


def _judged(views: Sequence[VerdictView], verdict: Verdict) -> Pair | None:
    """The commits that are judged so: by who names the host's, too, and of these by the last one heard."""
    judging = [view for view in views if view.verdict is verdict]
    newest = max(judging, key=lambda view: (view.pair.host_sha != "", view.seen_at), default=None)
    return newest.pair if newest else None
