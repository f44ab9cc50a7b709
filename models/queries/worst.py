"""The worst of many plugins and incidents: all are counted, and only those that are shown are read whole."""

import heapq
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import orjson
import sqlalchemy
from sqlalchemy import ColumnElement, Subquery, Text, cast
from sqlmodel import Session, case, col, distinct, false, func, select, true

from models.queries.incidents import WITH_PLUGIN, view_as
from models.queries.plugins import ON_THE_LIST, lines_of
from models.queries.privacy import visible
from models.queries.severity import BY_SEVERITY, severity_at, severity_of
from models.rules.privacy import PUBLIC, Clearance
from models.rules.status import MILDEST_BROKEN, Verdict
from models.tables import Incident, Plugin, Repository, SourceVerdict
from models.views.worst import WatchedPlugins, WorstIncidents, WorstPlugins


def worst_incidents(
    session: Session, most: int, outbreaks: Collection[int] = (), *, allowed: Clearance = PUBLIC
) -> WorstIncidents:
    """The open incidents that may be known, `most` of them shown, but none of these outbreaks."""
    is_wanted = (
        col(Incident.resolved_at).is_(None),
        visible(col(Incident.plugin_id), col(Incident.origin), allowed),
    )
    is_told = func.coalesce(col(Incident.outbreak_id).in_(outbreaks), false())
    numbers = select(
        func.count(),
        func.count(distinct(col(Incident.plugin_id))),
        func.count(case((is_told, 1))),
    )
    total, plugins, in_outbreaks = session.exec(numbers.where(*is_wanted)).one()
    in_order = severity_of(col(Incident.verdict)).desc(), col(Incident.opened_at), col(Incident.id)
    # Errors and backtraces are long: they are read only of what is shown.
    shown = select(Incident.id).where(*is_wanted, ~is_told).order_by(*in_order).limit(most)
    rows = session.exec(WITH_PLUGIN.where(col(Incident.id).in_(shown)).order_by(*in_order))
    return WorstIncidents(
        tuple(view_as(*row, allowed) for row in rows), total, plugins, in_outbreaks
    )


def watched_plugins(
    session: Session, now: datetime, *, allowed: Clearance = PUBLIC
) -> WatchedPlugins:
    """How many plugins there are, and of how many something is known at `now`."""
    heard = select(func.count(distinct(col(SourceVerdict.plugin_id)))).where(
        severity_at(now) > 0,
        visible(col(SourceVerdict.plugin_id), col(SourceVerdict.source), allowed),
    )
    listed = select(func.count()).select_from(Plugin).where(ON_THE_LIST)
    return WatchedPlugins(session.exec(listed).one(), session.exec(heard).one())


def worst_plugins(
    session: Session,
    now: datetime,
    filter: str,  # noqa: A002 - the word people use
    most: int,
    *,
    allowed: Clearance = PUBLIC,
) -> WorstPlugins:
    """The plugins that `filter` leaves, as `plugins.matching` understands it, `most` of them shown."""
    wanted = filter.strip().casefold()
    standing = _standing(now, allowed)
    condition = _is_status(standing.c.severity, wanted)
    if condition is None:
        ids, counts = _by_words(session, standing, wanted, most, allowed)
    else:
        ids, counts = _by_status(session, standing, condition, most)
    tally = {BY_SEVERITY[severity]: number for severity, number in counts.items()}
    return WorstPlugins(tuple(lines_of(session, now, ids, allowed)), tally)


def _by_status(
    session: Session, standing: Subquery, condition: ColumnElement[bool], most: int
) -> tuple[Sequence[int], Mapping[int, int]]:
    """The plugins to show, and how many there are of each severity: gone through once, for there may be very many."""
    once = sqlalchemy.select(standing).where(condition).cte("once")
    none = sqlalchemy.literal(0)
    tally = sqlalchemy.select(once.c.severity, func.count(), none, sqlalchemy.literal("")).group_by(
        once.c.severity
    )
    worst = (
        sqlalchemy.select(once.c.severity, none.label("number"), once.c.id, once.c.handle)
        .order_by(once.c.severity.desc(), once.c.handle)
        .limit(most)
        .subquery()
    )
    rows = session.execute(tally.union_all(sqlalchemy.select(worst))).all()
    shown = [(-severity, handle, id_) for severity, _, id_, handle in rows if id_]
    numbers = {severity: number for severity, number, id_, _ in rows if not id_}
    return [id_ for _, _, id_ in sorted(shown)], numbers


def _by_words(
    session: Session, standing: Subquery, wanted: str, most: int, allowed: Clearance
) -> tuple[Sequence[int], Mapping[int, int]]:
    """The same for those with these words in their handle, name, repository or a tag.

    Databases do not know all letters as we do, so that they are compared here.
    """
    severities = dict(session.execute(sqlalchemy.select(standing.c.id, standing.c.severity)).all())
    found = [
        (-severities[id_], handle, id_)
        for id_, handle, *texts in session.execute(_TEXTS)
        if _says(wanted, handle, *texts, known=allowed.knows(id_))
    ]
    shown = [id_ for _, _, id_ in heapq.nsmallest(most, found)]
    return shown, Counter(-severity for severity, _, _ in found)


_TEXTS = (
    sqlalchemy.select(
        col(Plugin.id),
        col(Plugin.handle),
        col(Plugin.name),
        cast(Plugin.tags, Text),
        col(Plugin.repository),
        col(Plugin.path),
        col(Repository.private),
    )
    .outerjoin(Repository, col(Repository.github_id) == col(Plugin.repository_id))
    .where(ON_THE_LIST)
)


def _says(
    wanted: str,
    handle: str,
    name: str,
    tags: str,
    repository: str,
    path: str,
    private: bool | None,
    *,
    known: bool,
) -> bool:
    is_named = wanted in handle or wanted in name.casefold() or _is_tagged(tags, wanted)
    place = f"{repository}/{path}" if path else repository
    return is_named or (wanted in place.casefold() and (known or not private))


def _is_tagged(tags: str, wanted: str) -> bool:
    return tags != "[]" and any(wanted in str(tag).casefold() for tag in orjson.loads(tags))


def _standing(now: datetime, allowed: Clearance) -> Subquery:
    """Every plugin, with how bad the worst is that any source says of it and that counts at `now`."""
    worst = (
        sqlalchemy.select(
            col(SourceVerdict.plugin_id), func.max(severity_at(now)).label("severity")
        )
        .where(visible(col(SourceVerdict.plugin_id), col(SourceVerdict.source), allowed))
        .group_by(col(SourceVerdict.plugin_id))
        .subquery()
    )
    return (
        sqlalchemy.select(
            col(Plugin.id),
            col(Plugin.handle),
            func.coalesce(worst.c.severity, 0).label("severity"),
        )
        .outerjoin(worst, worst.c.plugin_id == col(Plugin.id))
        .where(ON_THE_LIST)
        .subquery()
    )


def _is_status(severity: ColumnElement[int], wanted: str) -> ColumnElement[bool] | None:
    """Whether a plugin has the status that is wanted; None if it is not a status that is."""
    if not wanted:
        return true()
    if wanted == "broken":
        return severity >= MILDEST_BROKEN.severity
    if wanted in set(Verdict):
        return severity == Verdict(wanted).severity
    return None
