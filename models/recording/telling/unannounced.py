"""Steps that are announced by a transaction of their own, so that heartbeats wait for half as long.

SQLite has one writer by nature, for which Guards wait. Where web records there, what breaks much at once is stored with
its steps, and the transaction that follows puts them into the outbox. Whoever announces next announces them first, so
that none is lost with a process, and no conversation is out of order.
"""

from collections.abc import Sequence

import orjson
from sqlmodel import Session, col, select

from models.database import bulk
from models.queries.plugins import plugins_of
from models.recording.verdicts.incidents import Told
from models.rules.incidents import StoryKind
from models.tables import Incident

# To announce some takes about as long as all else of them; an outbreak of twenty takes some 16 ms.
_MOST_AT_ONCE = 4
_LATER = "announces_later"
_LEFT = "steps_left"


def announce_later(session: Session) -> None:
    """Let this transaction leave many steps to the next one that announces."""
    session.info[_LATER] = True


def leaves_steps(session: Session) -> bool:
    """Whether this transaction left any."""
    return bool(session.info.get(_LEFT))


def is_to_be_left(session: Session, told: Sequence[Told]) -> bool:
    """Whether these steps are announced by another transaction."""
    return len(told) > _MOST_AT_ONCE and bool(session.info.get(_LATER))


def leave(session: Session, told: Sequence[Told]) -> None:
    """Leave these steps, after those that are left already."""
    rows = [
        (
            place,
            step.incident.id,
            step.kind,
            step.words,
            step.quiet,
            orjson.dumps(step.lines).decode(),
            step.host_sha,
            step.shown,
        )
        for place, step in enumerate(told)
    ]
    bulk.run(session, _LEAVE, rows)
    session.info[_LEFT] = True


def take_left(session: Session) -> list[Told]:
    """The steps that were left, which are then left no more."""
    if session.connection().dialect.name != "sqlite":
        return []  # where there are several writers, nobody leaves any
    found = sorted(bulk.run(session, _TAKE))
    if not found:
        return []
    numbers = {number for _, number, *_ in found}
    rows = session.exec(select(Incident).where(col(Incident.id).in_(numbers)))
    incidents = {row.id: row for row in rows}
    plugins = plugins_of(session, {row.plugin_id for row in incidents.values()})
    return [
        Told(
            incidents[number],
            plugins[incidents[number].plugin_id],
            StoryKind(kind),
            words,
            quiet=bool(quiet),
            lines=tuple(orjson.loads(lines)),
            host_sha=host_sha,
            shown=bool(shown),
        )
        for _, number, kind, words, quiet, lines, host_sha, shown in found
    ]


_LEAVE = """
INSERT INTO unannounced_step (incident_id, kind, words, quiet, lines, host_sha, shown)
SELECT incident_id, kind, words, quiet, lines, host_sha, shown
FROM {rows(place int, incident_id int, kind text, words text, quiet boolean, lines text, host_sha text,
           shown boolean)} r
ORDER BY place
"""
_TAKE = """
DELETE FROM unannounced_step RETURNING id, incident_id, kind, words, quiet, lines, host_sha, shown
"""
