"""How bad it is what sources say, as the database may compare it: 0 for what says nothing up to 4."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_
from sqlmodel import case, col

from models.rules.sources import DESCRIPTORS
from models.rules.status import Verdict
from models.tables import SourceVerdict

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
