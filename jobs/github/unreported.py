"""Asks by name for repositories that GitHub never reported, so that their plugins can be followed."""

from datetime import UTC, datetime, timedelta

from jobs.github.client import GithubClient
from jobs.github.sweep import noting
from models.database.engine import Database
from models.events.github import GithubReading
from models.github import sync
from models.github.repositories import repository
from models.record import record
from models.rules.mirror import READ

EVERY = timedelta(days=1)


def find(database: Database, asks: GithubClient) -> None:
    """Ask for each plugin's repository that is not known yet, also by a former name of it."""
    with database.read() as session:
        names = sync.unfound(session, EVERY, datetime.now(UTC))
    for name in names:
        owner = name.partition("/")[0]
        with noting(database, name.lower(), sync.FIND):
            answer = asks.get(f"/repos/{name}", owner)
            fact = repository(answer.object(), "repository", READ, former_names=(name,))
            now = datetime.now(UTC)
            with database.write() as session:
                record(session, [GithubReading((fact,), first=True)], now)
                sync.note(session, name.lower(), sync.FIND, now, done_at=now)
