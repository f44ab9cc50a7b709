"""Asks daily what the owners of the master list's repositories say of themselves, each once."""

from datetime import UTC, datetime, timedelta
from functools import partial
from urllib.parse import quote

from jobs.github.client import GithubClient, asking
from jobs.github.sweep import sweep
from jobs.github.trouble import MissingError
from models.database.engine import Database
from models.events.github import OwnerReading
from models.github import owners, sync
from models.github.facts import OwnerFact
from models.github.owners import Due
from models.record import record
from models.settings import Settings

# A little less than a day, so that it is the same hour every day.
EVERY = timedelta(hours=23)


def read_owners(database: Database, settings: Settings) -> None:
    """Ask about those that are due. What a limit leaves is due the next time."""
    with database.read() as session:
        due = owners.due(session, EVERY, datetime.now(UTC))
    if not due:
        return
    with asking(database, settings) as asks:
        sweep(database, owners.TASK, due, partial(_read, database, asks))


def _read(database: Database, asks: GithubClient, owner: Due) -> None:
    etag = owner.etag
    try:
        answer = asks.get(f"/users/{quote(owner.login)}", owner.login, owner.etag)
        said = None if answer.unchanged else owners.read_owner(owner.login, answer.object())
        etag = etag if answer.unchanged else answer.etag
    except MissingError:  # the account is gone, and with it what it said
        said, etag = OwnerFact(owner.login), None
    now = datetime.now(UTC)
    with database.write() as session:
        if said:
            record(session, [OwnerReading(said)], now)
        sync.note(session, owner.subject, owners.TASK, now, etag=etag, done_at=now)
