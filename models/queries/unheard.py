"""The plugins of which nobody says anything on a host branch, found without reading what is said of all others."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, text
from sqlmodel import Session, and_, col, select

from models.queries.severity import is_at_worst
from models.rules.ecosystems import Ecosystem
from models.rules.status import Verdict
from models.tables import MasterListLine, SourceVerdict

# More than these are soon found in any order.
FEW = 1_000
_FIRST_COLUMN = text("1")


def is_worst(
    session: Session, now: datetime, ecosystem: Ecosystem, host_branch: str, verdict: Verdict
) -> ColumnElement[bool]:
    """Whether this is the worst that is said at `now` of a plugin on the host branch; for lines of the ecosystem.

    While no line's `stands_until` has passed, all that has not expired counts, and two indexes tell what is unknown.
    """
    line = MasterListLine
    is_late = select(line.plugin_id).where(col(line.stands_until) < now).limit(1)
    if verdict is not Verdict.UNKNOWN or session.exec(is_late).first():
        return is_at_worst(now, host_branch, verdict)
    heard = select(SourceVerdict.plugin_id).where(
        SourceVerdict.host_branch == host_branch,
        col(SourceVerdict.expired).is_(False),
        SourceVerdict.verdict != Verdict.UNKNOWN,
    )
    is_heard = heard.where(col(SourceVerdict.plugin_id) == col(line.plugin_id)).exists()
    lines = select(line.plugin_id).where(and_(col(line.is_listed)), line.ecosystem == ecosystem)
    unheard: CompoundSelect[Any] | Select[Any] = lines.where(~is_heard)
    if session.connection().dialect.name == "sqlite":
        # In the order of both indexes, it goes through them side by side: one look a line takes five times as long.
        unheard = lines.except_(heard).order_by(_FIRST_COLUMN)
    few = session.execute(unheard.limit(FEW + 1)).scalars().all()
    if len(few) > FEW:
        return ~is_heard
    return col(line.plugin_id).in_(few)
