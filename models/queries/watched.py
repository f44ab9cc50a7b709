"""Watched sources: who ought to be heard, what is wrong with them, and which fell silent
together.
"""

from collections.abc import Collection, Sequence

from sqlmodel import Session, col, select

from models.rules.silence import Trouble
from models.rules.watched import WatchedKind
from models.tables import MassSilence, WatchedIncident, WatchedSource
from models.views.watched import MassSilenceView, WatchedIncidentView, WatchedView


def watched_sources(session: Session) -> list[WatchedView]:
    """Every source that is expected to be heard, the one that is due first at the front."""
    expected = select(WatchedSource).where(col(WatchedSource.expected))
    rows = session.exec(expected.order_by(col(WatchedSource.due_at), col(WatchedSource.id))).all()
    return _views(session, rows)


def watched_of(
    session: Session, named: Collection[tuple[WatchedKind, str]]
) -> dict[tuple[WatchedKind, str], WatchedView]:
    """Those of these sources, by kind and name, that are expected to be heard."""
    names = {name for _, name in named}
    kinds = {str(kind) for kind, _ in named}
    expected = select(WatchedSource).where(
        col(WatchedSource.expected),
        col(WatchedSource.kind).in_(kinds),
        col(WatchedSource.name).in_(names),
    )
    views = {(each.kind, each.name): each for each in _views(session, session.exec(expected).all())}
    return {source: view for source, view in views.items() if source in named}


def _views(session: Session, rows: Sequence[WatchedSource]) -> list[WatchedView]:
    failing = {
        (each.kind, each.name)
        for each in open_watched_incidents(session)
        if each.trouble is Trouble.FAILING
    }
    return [
        WatchedView(
            kind=WatchedKind(row.kind),
            name=row.name,
            since=row.since,
            heard_at=row.heard_at,
            said=row.said,
            due_at=row.due_at,
            trouble=Trouble(row.trouble) if row.trouble else None,
            failing=(row.kind, row.name) in failing,
        )
        for row in rows
    ]


def open_watched_incidents(session: Session) -> list[WatchedIncidentView]:
    """What is wrong with sources themselves now, oldest first."""
    still_open = select(WatchedIncident).where(col(WatchedIncident.resolved_at).is_(None))
    return [
        watched_incident_view(row)
        for row in session.exec(still_open.order_by(col(WatchedIncident.id)))
    ]


def watched_incident_view(row: WatchedIncident, blamed: Sequence[str] = ()) -> WatchedIncidentView:
    """An incident of a source as people see it; `blamed` are the plugins that ended it."""
    return WatchedIncidentView(
        number=row.id or 0,
        name=row.name,
        host_branch=row.host_branch,
        host_sha=row.host_sha,
        step=row.step,
        message=row.message,
        opened_at=row.opened_at,
        updated_at=row.updated_at,
        resolved_at=row.resolved_at,
        resolution=row.resolution,
        blamed=tuple(blamed),
        kind=WatchedKind(row.source),
        trouble=Trouble(row.trouble),
        heard_at=row.heard_at,
        said=row.said,
        unknown=row.unknown,
        mass=row.mass_silence_id,
    )


def mass_silence_view(session: Session, row: MassSilence) -> MassSilenceView:
    """Sources that fell silent together as people see them."""
    members = (
        select(WatchedIncident)
        .where(WatchedIncident.mass_silence_id == row.id)
        .order_by(col(WatchedIncident.id))
    )
    incidents = tuple(watched_incident_view(member) for member in session.exec(members))
    return MassSilenceView(row.id or 0, row.opened_at, row.updated_at, row.resolved_at, incidents)
