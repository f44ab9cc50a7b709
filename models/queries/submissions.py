"""Plugins that people want on the master list."""

from sqlmodel import Session

from models.metadata.header import parse_header
from models.tables import Person, Submission
from models.views.submissions import SubmissionView


def submission_view(session: Session, row: Submission) -> SubmissionView:
    """A submission as people see it."""
    person = session.get_one(Person, row.person_id)
    return SubmissionView(
        number=row.id or 0,
        repository=row.repository,
        path=row.path,
        by=person.name,
        asked_at=row.asked_at,
        read_at=row.read_at,
        header=parse_header(row.header) if row.header is not None else None,
        tags=tuple(row.tags),
        problem=row.problem,
        decided_at=row.decided_at,
        decided_by=row.decided_by,
        accepted=row.accepted,
        reason=row.reason,
    )
