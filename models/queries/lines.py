"""Statuses as Plugin Guards ask for them: a page of lines for the keys that they name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, tuple_
from sqlmodel import Session, and_, col, false, func, or_, select, true

from models.queries.plugins import plugin_ids
from models.rules.status import Source, Verdict, combine, effective
from models.tables import Plugin, SourceVerdict, Status
from models.views import StatusLine

PAGE_SIZE = 30


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which statuses are asked for; an empty branch stands for any."""

    handle: str
    plugin_branch: str | None = None
    host_branch: str | None = None


def status_lines(
    session: Session, wanted: Sequence[Wanted] | None, page: int, now: datetime
) -> tuple[list[StatusLine], int]:
    """A page (from 0, of `PAGE_SIZE`) of the wanted statuses, or of all for None, and how many there are in all."""
    chosen = true() if wanted is None else or_(false(), *_conditions(session, wanted))
    total = session.exec(select(func.count()).select_from(Status).where(chosen)).one()
    rows = session.exec(
        select(Status, Plugin.handle)
        .join(Plugin)
        .where(chosen)
        .order_by(Plugin.handle, col(Status.plugin_branch), col(Status.host_branch))
        .limit(PAGE_SIZE)
        .offset(page * PAGE_SIZE)
    ).all()
    said = _said(session, [(row.plugin_id, row.plugin_branch, row.host_branch) for row, _ in rows], now)
    return [_line(row, handle, said) for row, handle in rows], total


def _conditions(session: Session, wanted: Sequence[Wanted]) -> list[ColumnElement[bool]]:
    known = plugin_ids(session, {want.handle for want in wanted})
    return [
        and_(
            col(Status.plugin_id) == known[want.handle],
            *([col(Status.plugin_branch) == want.plugin_branch] if want.plugin_branch else []),
            *([col(Status.host_branch) == want.host_branch] if want.host_branch else []),
        )
        for want in wanted
        if want.handle in known
    ]


def _said(
    session: Session, keys: Sequence[tuple[int, str, str]], now: datetime
) -> dict[tuple[int, str, str], dict[Source, Verdict]]:
    verdicts: dict[tuple[int, str, str], dict[Source, Verdict]] = {key: {} for key in keys}
    of_keys = tuple_(SourceVerdict.plugin_id, SourceVerdict.plugin_branch, SourceVerdict.host_branch).in_(keys)
    for row in session.exec(select(SourceVerdict).where(of_keys)) if keys else ():
        source = Source(row.source)
        says = effective(Verdict(row.verdict), row.seen_at, source, now)
        verdicts[row.plugin_id, row.plugin_branch, row.host_branch][source] = says
    return verdicts


def _line(row: Status, handle: str, said: dict[tuple[int, str, str], dict[Source, Verdict]]) -> StatusLine:
    sources = said[row.plugin_id, row.plugin_branch, row.host_branch]
    return StatusLine(
        handle=handle,
        plugin_branch=row.plugin_branch,
        host_branch=row.host_branch,
        verdict=combine(sources.values()),
        changed_at=row.changed_at,
        tests=sources.get(Source.TESTS),
    )
