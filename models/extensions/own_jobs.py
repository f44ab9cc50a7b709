"""Jobs of extensions: a call of each in every slot of its rhythm, once. Nothing here commits."""

from datetime import datetime

from sqlmodel import Session, select

from models.database.engine import be_alone
from models.extensions import calls
from models.extensions.host import Host
from models.extensions.installed import installed
from models.extensions.manifest import Manifest
from models.extensions.manifest.contributions import ContributedJob
from models.rules.extensions import ExtensionState
from models.tables import RealmCall

Due = tuple[Manifest, ContributedJob, str]


def due(session: Session, host: Host, now: datetime) -> list[Due]:
    """The jobs whose slot has begun and that were not called in it, each with the event that this is.

    What was missed is not made up for: the slot of now counts alone.
    """
    found = [
        (manifest, job, _event(job, now))
        for manifest in _running(session, host)
        for job in manifest.job
    ]
    return [each for each in found if not _was_called(session, each[0], each[2])]


def put_due(session: Session, host: Host, now: datetime) -> int:
    """Have each job called that is due; return how many these are."""
    be_alone(session)
    put = due(session, host, now)
    for manifest, job, event in put:
        calls.put_event(session, manifest.handle, job.run, event, {}, "", now)
    return len(put)


def job_of(manifest: Manifest, event: str) -> ContributedJob | None:
    """The job that a call with this event is of."""
    _, _, rest = event.partition(calls.JOB)
    name = rest.partition(":")[0]
    return next((job for job in manifest.job if job.name == name), None)


def _running(session: Session, host: Host) -> list[Manifest]:
    known = installed(session, host)
    return [
        each.manifest
        for each in known
        if each.state is ExtensionState.ON and each.manifest is not None
    ]


def _event(job: ContributedJob, now: datetime) -> str:
    slot = int(now.timestamp() // job.every.total_seconds())
    return f"{calls.JOB}{job.name}:{slot}"


def _was_called(session: Session, manifest: Manifest, event: str) -> bool:
    called = select(RealmCall.id).where(
        RealmCall.event == event, RealmCall.handle == manifest.handle
    )
    return session.exec(called).first() is not None
