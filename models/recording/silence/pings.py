"""Records what cron jobs say about themselves: that they start, finish or fail."""

from datetime import datetime

from sqlmodel import Session, select

from models.events import Denial, Outcome
from models.events.silence import Ping, Signal
from models.messages.cron import finished_words
from models.messages.silence import cron_said
from models.recording.silence.sightings import cron
from models.recording.silence.silences import look_at
from models.recording.silence.troubles import (
    announce_trouble,
    end_trouble,
    open_trouble,
    open_troubles,
)
from models.recording.verdicts.incidents import Told
from models.rules.silence import Trouble
from models.rules.watched import WatchedKind
from models.tables import Heartbeat


def record_ping(session: Session, ping: Ping, now: datetime) -> tuple[Outcome, list[Told]]:
    """Store what the job says.

    A start alone is no sign of life: only an end shows that the job works as it should.
    `denied` is `UNKNOWN` in the outcome when no heartbeat has this address.
    """
    row = session.exec(select(Heartbeat).where(Heartbeat.digest == ping.digest)).first()
    if row is None:
        return Outcome(denied=Denial.UNKNOWN, at=now), []
    if ping.signal is Signal.START:
        row.started_at = now
    else:
        row.started_at = None
        row.heard_at = now
        row.failed = ping.signal is Signal.FAIL
        row.exit_code = ping.exit_code
        row.log = ping.log
    session.add(row)
    told = look_at(session, cron(row), now)
    if ping.signal is not Signal.START:
        _settle(session, row, now)
    return Outcome(accepted=(row.name,), number=1, at=now), told


def _settle(session: Session, row: Heartbeat, now: datetime) -> None:
    """Open, change or end the incident of a failing job. The same failure again is no news."""
    still_open = open_troubles(session, WatchedKind.CRON, row.name)
    failing = next((each for each in still_open if each.trouble == Trouble.FAILING), None)
    if not row.failed:
        if failing is not None:
            end_trouble(session, failing, finished_words(), now)
            announce_trouble(session, failing, now)
        return
    facts = {
        "step": cron_said(row.exit_code, failed=True),
        "message": row.log or None,
        "heard_at": now,
    }
    if failing is None:
        failing = open_trouble(session, WatchedKind.CRON, row.name, Trouble.FAILING, now, **facts)
    else:
        failing.sqlmodel_update({**facts, "updated_at": now})
        session.add(failing)
    announce_trouble(session, failing, now)
