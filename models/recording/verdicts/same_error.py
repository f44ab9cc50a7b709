"""Whether a plugin still fails in the same way, whatever rules the stored fingerprint was made by."""

from collections.abc import Iterator

from sqlmodel import Session

from models.recording.verdicts.changes import Failure
from models.rules.fingerprint import fingerprint
from models.rules.sources import JudgingSource
from models.tables import Incident, Plugin


def is_same_error(session: Session, incident: Incident, failure: Failure | None) -> bool:
    """Whether it fails as the incident says.

    Rules of fingerprints change with versions, and incidents stay open over an upgrade: where the two differ, the
    incident's own words are read by the rules of today.
    """
    said = failure.fingerprint if failure else ""
    if incident.fingerprint == said or failure is None:
        return incident.fingerprint == said
    handle = session.get_one(Plugin, incident.plugin_id).handle
    return any(fingerprint(handle, *words) == said for words in _made_of(incident))


def _made_of(incident: Incident) -> Iterator[tuple[str | None, str | None]]:
    """Of what message and frames its source makes the fingerprint: a console's error is one line of the message."""
    if incident.origin != JudgingSource.CANARY:
        yield incident.message, incident.backtrace
        return
    yield incident.message, None
    for line in (incident.message or "").splitlines():
        yield line, incident.backtrace
