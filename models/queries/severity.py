"""How bad it is what sources say, as the database may compare it: 0 for what says nothing up to 4."""

from datetime import datetime
from typing import Any

import sqlalchemy
from sqlalchemy import ColumnElement, ScalarSelect, Subquery, or_
from sqlmodel import case, col, func

from models.rules.sources import DESCRIPTORS
from models.rules.status import Verdict
from models.tables import MasterListLine, SourceVerdict

BY_SEVERITY = {verdict.severity: verdict for verdict in Verdict}


def severity_of(verdict: Any) -> ColumnElement[int]:
    """The severity of the verdict in this column."""
    return case({each: each.severity for each in Verdict}, value=verdict)


def severity_at(now: datetime) -> ColumnElement[int]:
    """The severity of what a source says if it counts at `now`, as `rules.sources.effective` decides."""
    since = {source: now - descriptor.deadline for source, descriptor in DESCRIPTORS.items()}
    is_late = col(SourceVerdict.seen_at) < case(since, value=col(SourceVerdict.source))
    is_over = or_(col(SourceVerdict.expired), is_late)
    return case((is_over, 0), else_=severity_of(col(SourceVerdict.verdict)))


def worst_of_each(now: datetime, host_branch: str) -> Subquery:
    """By each plugin that anyone speaks of on the host branch, how bad the worst is that they say; CI of private ones,
    too, which is not for everybody.
    """
    plugin_id = col(SourceVerdict.plugin_id)
    worst = sqlalchemy.select(plugin_id, func.max(severity_at(now)).label("severity"))
    on_branch = worst.where(col(SourceVerdict.host_branch) == host_branch)
    return on_branch.group_by(plugin_id).subquery()


def worst_of_line(now: datetime, host_branch: str) -> ScalarSelect[Any]:
    """The same of the line that is looked at; None where nobody speaks of its plugin."""
    of_line = (
        col(SourceVerdict.host_branch) == host_branch,
        col(SourceVerdict.plugin_id) == col(MasterListLine.plugin_id),
    )
    worst = sqlalchemy.select(func.max(severity_at(now))).where(*of_line)
    return worst.correlate(MasterListLine).scalar_subquery()
