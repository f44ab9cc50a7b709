"""What repositories say of themselves that are on no list yet."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from models.metadata.header import parse_header
from models.rules.handle import handle
from models.rules.topics import telling
from models.tables import RepositoryPreview
from models.views.previews import PreviewView

# Somebody who wanted to see it does not wait longer.
_WAITED_FOR = timedelta(minutes=5)


def waiting_previews(session: Session, limit: int, now: datetime) -> Sequence[tuple[int, str, str]]:
    """Those whose repositories are to be read: number, repository and folder."""
    due = (
        col(RepositoryPreview.read_at).is_(None),
        col(RepositoryPreview.troubled_at).is_(None),
        RepositoryPreview.asked_at > now - _WAITED_FOR,
    )
    oldest = select(RepositoryPreview).where(*due).order_by(col(RepositoryPreview.id))
    return [(row.id or 0, row.repository, row.path) for row in session.exec(oldest.limit(limit))]


def preview(session: Session, preview_id: int) -> PreviewView | None:
    """What was seen; nothing while GitHub is still to be asked."""
    row = session.get(RepositoryPreview, preview_id)
    if row is None or not (row.read_at or row.troubled_at):
        return None
    return preview_view(row)


def preview_view(row: RepositoryPreview) -> PreviewView:
    """A preview as people see it. A plugin whose header has no name has a guessed one, as on the list."""
    header = parse_header(row.header) if row.header is not None else None
    guessed = (f"{row.repository}/{row.path}" if row.path else row.repository).rpartition("/")[2]
    try:
        named = handle((header and header.name) or guessed)
    except ValueError:
        named = ""
    return PreviewView(
        row.repository,
        row.path,
        named,
        header,
        telling(row.topics),
        row.problem,
        trouble=row.troubled_at is not None,
    )
