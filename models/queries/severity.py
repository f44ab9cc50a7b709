"""How bad it is what sources say, as the database may compare it: 0 for what says nothing up to 4."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy
from sqlalchemy import ColumnElement, ScalarSelect, and_, or_, text
from sqlmodel import case, col, func

from models.rules.sources import DESCRIPTORS
from models.rules.status import Verdict
from models.tables import MasterListLine, SourceVerdict

# Spelt as in the conditions of indexes, which SQLite compares word by word.
_NOT_EXPIRED = text("NOT source_verdict.expired")
BY_SEVERITY = {verdict.severity: verdict for verdict in Verdict}


def severity_of(verdict: Any) -> ColumnElement[int]:
    """The severity of the verdict in this column."""
    return case({each: each.severity for each in Verdict}, value=verdict)


def _case(column: str, values: Mapping[str, str]) -> str:
    cases = " ".join(f"WHEN '{each}' THEN {value}" for each, value in values.items())
    return f"CASE {column} {cases} END"


# `severity_at` in SQL that is written out, of a verdict v. Its values are the `deadlines_at` some time.
SEVERITY = f"""
CASE WHEN NOT v.expired AND v.seen_at >= {_case("v.source", {each: f":since_{each}" for each in DESCRIPTORS})}
     THEN {_case("v.verdict", {each: str(each.severity) for each in Verdict})} ELSE 0 END
"""


def deadlines_at(now: datetime) -> dict[str, datetime]:
    """Since when each source must have been heard to count at `now`, by the name of the value."""
    return {
        f"since_{source}": now - descriptor.deadline for source, descriptor in DESCRIPTORS.items()
    }


def severity_at(now: datetime) -> ColumnElement[int]:
    """The severity of what a source says if it counts at `now`, as `rules.sources.effective` decides."""
    return case((counts_at(now), severity_of(col(SourceVerdict.verdict))), else_=0)


def counts_at(now: datetime) -> ColumnElement[bool]:
    """Whether what a source says counts at `now`."""
    since = {source: now - descriptor.deadline for source, descriptor in DESCRIPTORS.items()}
    seen_at = col(SourceVerdict.seen_at)
    # Most were heard within each source's deadline, and then it does not matter whose it is.
    is_fresh = or_(
        seen_at >= max(since.values()), seen_at >= case(since, value=col(SourceVerdict.source))
    )
    return and_(_NOT_EXPIRED, is_fresh)


def plugins_called(
    now: datetime, host_branch: str, verdicts: Collection[Verdict]
) -> sqlalchemy.Select[Any]:
    """The plugins that a source calls one of these on the host branch, as it counts at `now`.

    CI of private ones, too, which is not for everybody.
    """
    return sqlalchemy.select(col(SourceVerdict.plugin_id)).where(
        col(SourceVerdict.host_branch) == host_branch,
        col(SourceVerdict.verdict).in_(sorted(verdicts)),
        counts_at(now),
    )


def is_at_worst(now: datetime, host_branch: str, verdict: Verdict) -> ColumnElement[bool]:
    """Whether this is the worst that is said at `now` of a line's plugin on the host branch."""
    plugin_id = col(MasterListLine.plugin_id)
    worse = [each for each in Verdict if each.severity > verdict.severity]
    if verdict is Verdict.UNKNOWN:
        return plugin_id.not_in(plugins_called(now, host_branch, worse))
    called, called_worse = (plugins_called(now, host_branch, each) for each in ([verdict], worse))
    if verdict is Verdict.COMPATIBLE:
        # Most are: SQLite would put all of them together first.
        is_plugin = col(SourceVerdict.plugin_id) == plugin_id
        return and_(called.where(is_plugin).exists(), ~called_worse.where(is_plugin).exists())
    return and_(plugin_id.in_(called), plugin_id.not_in(called_worse))


def worst_of_line(now: datetime, host_branch: str) -> ScalarSelect[Any]:
    """How bad the worst is that anyone says of the line's plugin on the host branch; None where nobody speaks of it.

    CI of private ones, too.
    """
    of_line = (
        col(SourceVerdict.host_branch) == host_branch,
        col(SourceVerdict.plugin_id) == col(MasterListLine.plugin_id),
    )
    worst = sqlalchemy.select(func.max(severity_at(now))).where(*of_line)
    return worst.correlate(MasterListLine).scalar_subquery()
