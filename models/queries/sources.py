"""Sources: who ought to be heard, what is wrong with them, and which fell silent together."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from models.rules.silence import SourceKind, Trouble
from models.tables import MassSilence, SourceIncident, WatchedSource
from models.views.sources import MassSilenceView, SourceIncidentView, WatchedView


def watched_sources(session: Session) -> list[WatchedView]:
    """Every source that is expected to be heard, the one that is due first at the front."""
    expected = select(WatchedSource).where(col(WatchedSource.expected))
    rows = session.exec(expected.order_by(col(WatchedSource.due_at), col(WatchedSource.id))).all()
    failing = {(each.kind, each.name) for each in open_source_incidents(session) if each.trouble is Trouble.FAILING}
    return [
        WatchedView(
            kind=SourceKind(row.kind),
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


def open_source_incidents(session: Session) -> list[SourceIncidentView]:
    """What is wrong with sources themselves now, oldest first."""
    still_open = select(SourceIncident).where(col(SourceIncident.resolved_at).is_(None))
    return [source_incident_view(row) for row in session.exec(still_open.order_by(col(SourceIncident.id)))]


def source_incident_view(row: SourceIncident, blamed: Sequence[str] = ()) -> SourceIncidentView:
    """An incident of a source as people see it; `blamed` are the plugins that ended it."""
    return SourceIncidentView(
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
        kind=SourceKind(row.source),
        trouble=Trouble(row.trouble),
        heard_at=row.heard_at,
        said=row.said,
        unknown=row.unknown,
        mass=row.mass_silence_id,
    )


def mass_silence_view(session: Session, row: MassSilence) -> MassSilenceView:
    """Sources that fell silent together as people see them."""
    members = select(SourceIncident).where(SourceIncident.mass_silence_id == row.id).order_by(col(SourceIncident.id))
    incidents = tuple(source_incident_view(member) for member in session.exec(members))
    return MassSilenceView(row.id or 0, row.opened_at, row.updated_at, row.resolved_at, incidents)
