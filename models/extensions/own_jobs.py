"""Jobs of extensions: a call of each in every slot of its rhythm, once. Nothing here commits."""

from datetime import datetime

from sqlmodel import Session

from models.database.engine import be_alone
from models.extensions import calls
from models.extensions.drawn import MINE, REPORT, Drawable, drawables, manifests, stale
from models.extensions.host import HostApi
from models.extensions.manifest import Manifest
from models.extensions.manifest.contributions import ContributedJob

# The handle, the handler, and the event that the call is.
Due = tuple[str, str, str]


def due(session: Session, host: HostApi, now: datetime) -> list[Due]:
    """The jobs, the reports of digests, and the panels on people's own view, that were not called in their slot yet.

    What was missed is not made up for: the slot of now counts alone.
    """
    found: list[Due] = []
    reports: list[Drawable] = []
    for manifest in manifests(session, host):
        found += [(manifest.handle, job.run, _event(job, now)) for job in manifest.job]
        reports += [each for each in drawables(manifest) if each.kind == REPORT or each.on == MINE]
    waiting = [each for each in found if not _was_called(session, each)]
    begun = stale(session, reports, now)
    return waiting + [(each.handle, each.run, each.event(now)) for each in begun]


def put_due(session: Session, host: HostApi, now: datetime) -> int:
    """Have each called that is due; return how many these are."""
    be_alone(session)
    put = due(session, host, now)
    for handle, run, event in put:
        calls.put_event(session, handle, run, event, {}, "", now)
    return len(put)


def job_of(manifest: Manifest, event: str) -> ContributedJob | None:
    """The job that a call with this event is of."""
    _, _, rest = event.partition(calls.JOB)
    name = rest.partition(":")[0]
    return next((job for job in manifest.job if job.name == name), None)


def _event(job: ContributedJob, now: datetime) -> str:
    slot = int(now.timestamp() // job.every.total_seconds())
    return f"{calls.JOB}{job.name}:{slot}"


def _was_called(session: Session, due: Due) -> bool:
    handle, _, event = due
    return calls.was_put(session, handle, event)
