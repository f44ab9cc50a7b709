"""How much a canary's key may tell of; what goes beyond is denied, and that is told once."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session, col, func, select

from models.events import Denial, Outcome
from models.events.canary import ArtefactUpload, CanaryReport
from models.messages.flooding import uploads_words
from models.recording.silence.flooding import tell_of_flood
from models.rules.smoke import COUNTED_WITHIN, MOST_BYTES_AN_HOUR, MOST_RUNS, MOST_RUNS_AN_HOUR
from models.rules.sources import JudgingSource
from models.rules.watched import WatchedKind
from models.tables import Artefact, CanaryRun, SourceVerdict


def beyond_runs(session: Session, report: CanaryReport, now: datetime) -> Outcome | None:
    """The denial, if the key may not begin this run. Our own canary, which has no key, may always."""
    if report.key_id is None:
        return None
    of_server = select(func.count()).where(CanaryRun.server == report.server)
    lately = of_server.where(col(CanaryRun.received_at) > now - COUNTED_WITHIN)
    if session.exec(lately).one() >= MOST_RUNS_AN_HOUR:
        return _flooding(session, report.server, now)
    if session.exec(of_server).one() >= MOST_RUNS:
        return Outcome(denied=Denial.TOO_MANY, at=now)
    return None


def named_anew(session: Session, report: CanaryReport, known: Mapping[str, int]) -> int:
    """On how many branches of these plugins that no run spoke of before a run of a key tells, once it has ended."""
    if report.key_id is None or report.finished_at is None:
        return 0
    plugins = [plugin for plugin in report.plugins if plugin.handle in known]
    named = {(known[plugin.handle], plugin.branch) for plugin in plugins}
    heard = session.exec(
        select(SourceVerdict.plugin_id, SourceVerdict.plugin_branch).where(
            SourceVerdict.source == JudgingSource.CANARY,
            SourceVerdict.host_branch == report.host_branch,
            col(SourceVerdict.plugin_id).in_(set(known.values())),
        )
    )
    return len(named.difference(heard))


def beyond_bytes(session: Session, upload: ArtefactUpload, now: datetime) -> Outcome | None:
    """The denial, if the server left as much as it may within an hour. What begins before that is taken whole."""
    if upload.key_id is None:
        return None
    # Found by its time: the index by servers would read everything that this one left.
    of_server = col(Artefact.server).concat("") == upload.server
    lately = col(Artefact.stored_at) > now - COUNTED_WITHIN
    size = session.exec(
        select(func.sum(func.length(Artefact.content))).where(lately, of_server)
    ).one()
    return _flooding(session, upload.server, now) if (size or 0) >= MOST_BYTES_AN_HOUR else None


def _flooding(session: Session, server: str, now: datetime) -> Outcome:
    tell_of_flood(session, WatchedKind.CANARY, server, now, uploads_words())
    return Outcome(denied=Denial.TOO_MANY, at=now)
