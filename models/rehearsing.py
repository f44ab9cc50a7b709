"""Walks the way of an alert on PostgreSQL once before there is one, and takes all of it back.

Who walks it first puts its statements together and lets the database plan them, for 30 to 80 ms, and each of the alerts
that come meanwhile waits for that. SQLite plans each statement in microseconds, and has one writer, for whom nobody
should wait.
"""

import secrets
from datetime import datetime
from typing import NoReturn

import structlog
from sqlmodel import Session

from models.database import bulk
from models.database.engine import (
    Database,
    OthersDecideError,
    be_alone,
    never_wait,
)
from models.events import GuardReport, Observation, Reporter
from models.record import record
from models.rules.kinds import KeyKind, SiteKind
from models.rules.status import Verdict
from models.rules.traits import traits_of
from models.tables import ApiKey, Plugin

_DOMAIN = "rehearsal.invalid"
_MESSAGE = "NoMethodError: undefined method `rehearse' for nil"
# A number is given only once, and people see those of incidents. Nobody else takes one meanwhile.
_NUMBER = "SELECT last_value, is_called FROM incident_id_seq"
_GIVE_BACK = "SELECT setval('incident_id_seq', :number, :is_taken)"

_log = structlog.get_logger()


class _OverError(Exception):
    """All of it was walked, and nothing of it is to stand."""


def rehearse(database: Database, now: datetime) -> None:
    """Record that a plugin broke which is none, and take it back: nobody sees any of it.

    Where others change states just now, or the database is in trouble, the first alert takes what it would without.
    """
    if database.is_sqlite:
        return
    try:
        with database.write() as session:
            never_wait(session)
            be_alone(session)
            _walk(session, now)
    except (_OverError, OthersDecideError):
        return
    except Exception as error:  # noqa: BLE001 - whatever it is, the process can serve without
        _log.warning("not_rehearsed", error=type(error).__name__)


def _walk(session: Session, now: datetime) -> NoReturn:
    ((number, is_taken),) = bulk.run(session, _NUMBER)
    record(session, [_report(session, now)], now)
    bulk.run(session, _GIVE_BACK, number=number, is_taken=is_taken)
    raise _OverError


def _report(session: Session, now: datetime) -> GuardReport:
    """What a site without a name says of a plugin that nobody else has."""
    handle = secrets.token_hex()
    plugin = Plugin(
        handle=handle,
        name=handle,
        repository=f"rehearsal/{handle}",
        repository_key=f"rehearsal/{handle}",
        created_at=now,
        updated_at=now,
    )
    key = ApiKey(kind=KeyKind.SITE, name=_DOMAIN, digest=handle, hint="", created_at=now)
    session.add_all([plugin, key])
    session.flush()
    sha = secrets.token_hex(20)
    traits = traits_of(handle, _MESSAGE, None)
    broken = Verdict.INCOMPATIBLE
    line = Observation(handle, handle, "main", sha, broken, _MESSAGE, traits=traits)
    return GuardReport(Reporter(key.id or 0, SiteKind.CANARY, _DOMAIN), "stable", sha, (line,))
