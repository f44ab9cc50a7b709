"""When our own processes ran, so that they could hear others.

Each process signs in once a minute; a longer pause between two times is an absence. Nothing here
commits.
"""

from datetime import UTC, datetime, timedelta

from sqlmodel import Session, col, delete, select

from models.database import bulk
from models.tables import Absence, Attendance

WEB = "web"
JOBS = "jobs"

# Processes sign in once a minute; whoever does not for this long was away.
PAUSE = timedelta(minutes=5)
# Longer than any source may be silent.
_KEPT = timedelta(days=60)
_EVER = datetime(2000, 1, 1, tzinfo=UTC)
_FIRST = (
    "INSERT INTO attendance (process, at) VALUES (:process, :now) ON CONFLICT (process) DO NOTHING"
)


def sign_in(session: Session, process: str, now: datetime) -> None:
    """Note that the process runs; if it signed in last too long ago, note its absence until now."""
    # Several threads and processes sign in under one name, the first time at the same moment.
    bulk.run(session, _FIRST, process=process, now=now)
    row = session.get_one(Attendance, process, populate_existing=True, with_for_update=True)
    if now - row.at > PAUSE:
        session.add(Absence(process=process, began_at=row.at, ended_at=now))
        session.exec(delete(Absence).where(col(Absence.ended_at) < now - _KEPT))
    row.at = max(row.at, now)


def absences(
    session: Session, processes: tuple[str, ...], now: datetime
) -> list[tuple[datetime, datetime]]:
    """The times, up to now, when one of these processes was away.

    A process that never signed in was away all the time.
    """
    past = session.exec(select(Absence).where(col(Absence.process).in_(processes)))
    spans = [(row.began_at, row.ended_at) for row in past]
    for process in processes:
        row = session.get(Attendance, process)
        if row is None or now - row.at > PAUSE:
            spans.append((row.at if row else _EVER, now))
    return spans
