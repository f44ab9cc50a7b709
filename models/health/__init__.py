"""What an operator should know: what is configured, what is missing, and what to do about it."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import sqlalchemy
from sqlmodel import Session, col, func, select

from models.database import copies
from models.database.engine import Database
from models.database.migrate import MigrationError, pending
from models.extensions.store import Store
from models.health.browser import browser_findings
from models.health.extensions import extension_findings
from models.health.finding import Finding, Weight
from models.health.github import github_findings
from models.health.realms import realm_findings
from models.health.storage import storage_findings
from models.health.upstream import upstream_findings
from models.messages.jobs import standing_still
from models.messages.times import age, ago
from models.outbox.ways_out import OUTSIDE
from models.queries.jobs import jobs
from models.rules.addresses import is_loopback
from models.rules.inert import inert
from models.rules.kinds import KeyKind
from models.rules.privacy import EVERYTHING
from models.rules.redact import redact
from models.settings import Settings, misspelling
from models.tables import Announcement, ApiKey, Destination, Plugin

# An alert takes a moment; one that is this old says that nothing sends.
_LATE = timedelta(minutes=5)


def check_variables(environment: Iterable[str]) -> Iterator[Finding]:
    """Look at the names of the environment's variables, never at their values; most are others'."""
    for variable, setting in misspelling.misspelt(environment).items():
        yield Finding(
            Weight.FIX,
            f"{inert(variable)} is no setting and does nothing; {setting} was probably meant.",
        )


def check_settings(settings: Settings) -> Iterator[Finding]:
    """Look at settings that are right each by itself but not together."""
    if not is_loopback(settings.host) and is_loopback(
        urlsplit(settings.public_url).hostname or "",
    ):
        yield Finding(
            Weight.FIX,
            f"HOST {settings.host} lets other machines in, but links in messages lead to {settings.public_url}, which "
            "only this machine can open: set PUBLIC_URL to the address that people use.",
        )
    else:
        yield Finding(
            Weight.FINE,
            f"Machines report to {settings.host}:{settings.port}; links: {settings.public_url}",
        )
    if settings.local_chat_port == 0:
        yield Finding(
            Weight.HINT,
            "The local chat room is off: alerts for it wait. Set LOCAL_CHAT_PORT to turn it on.",
        )
    else:
        yield Finding(
            Weight.FINE,
            f"The chat room is at http://127.0.0.1:{settings.local_chat_port}/",
        )
    if settings.appointed:
        yield Finding(Weight.FINE, f"Admins named by ADMINS: {len(settings.appointed)}.")
    elif settings.reaches_far_chat:
        yield Finding(
            Weight.HINT,
            "ADMINS names nobody, so nobody there can give roles: name the first admins.",
        )
    yield from browser_findings(settings)
    yield from realm_findings(settings)


def check_database(database: Database, settings: Settings, now: datetime) -> Iterator[Finding]:
    """Look at what the database holds. It is not changed, and not made if there is none."""
    where = _described(database)
    if database.is_sqlite and not Path(str(database.url.database)).is_file():
        yield Finding(
            Weight.FIX,
            f"There is no database yet ({where}). Make it with: python -m models migrate",
        )
        return
    alone = copies.alone_since(database.path) if database.is_sqlite else None
    try:
        if pending(database):
            yield Finding(
                Weight.FIX,
                f"The schema is not up to date ({where}). Run: python -m models migrate",
            )
            return
        yield Finding(Weight.FINE, f"The database answers and its schema is up to date ({where}).")
        with database.read() as session:
            yield from [*storage_findings(session, database, now, alone)]
            yield from [
                *_keys(session),
                *_plugins(session),
                *github_findings(session, settings, now),
                *upstream_findings(session, now),
            ]
            yield from [
                *_announcements(session, now),
                *_parked(session),
                *extension_findings(session, Store(settings.extensions_folder)),
                *clock_findings(session, now),
            ]
    except sqlalchemy.exc.DBAPIError as error:
        reason = redact(inert(str(error.orig))).strip()
        yield Finding(
            Weight.FIX,
            f"The database cannot be used ({where}): {reason}. Look at DATABASE_URL.",
        )
    except MigrationError as error:
        yield Finding(Weight.FIX, f"The database cannot be used ({where}): {error}.")


def _described(database: Database) -> str:
    url = database.url
    return (
        f"SQLite, {url.database}"
        if database.is_sqlite
        else f"PostgreSQL, {url.database} on {url.host or 'a socket'}"
    )


def _keys(session: Session) -> Iterator[Finding]:
    kinds = session.exec(select(ApiKey.kind).where(col(ApiKey.revoked_at).is_(None))).all()
    sites, users = kinds.count(KeyKind.SITE), kinds.count(KeyKind.USER)
    if not kinds:
        yield Finding(
            Weight.FIX,
            "No machine can report: there is no valid key. "
            "Make one with: python -m models keys create --kind site --name NAME",
        )
    elif not sites:
        yield Finding(
            Weight.HINT,
            "There is no key for a canary server, so client sites are the only evidence.",
        )
    if kinds:
        yield Finding(
            Weight.FINE,
            f"Valid keys: {sites} of canary servers, {users} of client sites.",
        )


def _plugins(session: Session) -> Iterator[Finding]:
    count = session.exec(select(func.count()).select_from(Plugin)).one()
    if count:
        yield Finding(Weight.FINE, f"Plugins watched: {count:,}.")
    else:
        yield Finding(
            Weight.FIX,
            "No plugin is watched. Import a list with: python -m models plugins import FILE",
        )


def _announcements(session: Session, now: datetime) -> Iterator[Finding]:
    waits = (col(Announcement.sent_at).is_(None), col(Announcement.dead_at).is_(None))
    count, oldest = session.exec(
        select(func.count(), func.min(Announcement.created_at))
        .join(Destination)
        .where(*waits, col(Destination.parked_at).is_(None))
    ).one()
    dead = session.exec(select(func.count()).where(col(Announcement.dead_at).is_not(None))).one()
    if oldest is None:
        yield Finding(Weight.FINE, "No announcement waits to be sent.")
    elif now - oldest < _LATE:
        yield Finding(Weight.FINE, f"Announcements on their way: {count:,}.")
    else:
        late = (
            select(Destination.platform)
            .join(Announcement)
            .where(*waits, Announcement.created_at == oldest)
        )
        process = "python -m jobs" if session.exec(late).first() in OUTSIDE else "python -m bot"
        words = f"Announcements that wait: {count:,}, the oldest for {age(oldest, now)}. Is {process} running?"
        yield Finding(Weight.FIX, words)
    if dead:
        yield Finding(
            Weight.HINT,
            f"Announcements given up because their platform refused them: {dead:,}.{_last(session)}",
        )


def _last(session: Session) -> str:
    given_up = select(Announcement.error).where(col(Announcement.dead_at).is_not(None))
    error = session.exec(given_up.order_by(col(Announcement.dead_at).desc()).limit(1)).first()
    return f" The last reason: {_shown(error)}" if error else ""


def _parked(session: Session) -> Iterator[Finding]:
    parked = session.exec(select(Destination).where(col(Destination.parked_at).is_not(None))).all()
    for destination in parked:
        reason = f": {_shown(destination.parked_because)}" if destination.parked_because else "."
        yield Finding(
            Weight.FIX,
            f"{inert(destination.name)} ({destination.platform}) is suspended, its messages are held{reason}",
        )


def clock_findings(session: Session, now: datetime) -> Iterator[Finding]:
    """Look whether the clock ticks, and how its jobs went."""
    found = jobs(session, now, allowed=EVERYTHING)  # who runs this can read all of it
    if not found:
        yield Finding(
            Weight.HINT,
            "No scheduled job has run yet: start python -m jobs beside the other processes.",
        )
    elif standing_still(found, now):
        yield Finding(
            Weight.FIX,
            "The scheduler does not run, so that nobody is missed who stops reporting. Is python -m jobs running?",
        )
    else:
        yield Finding(Weight.FINE, f"The scheduler runs; its jobs: {len(found)}.")
    for job in found:
        if job.last and job.is_failing:
            error = f" ({job.last.error})" if job.last.error else ""
            words = f"The last run of the job {job.name}: {job.last.outcome}{error}, {ago(job.last.finished_at, now)}."
            yield Finding(Weight.HINT, f"{words} The log of python -m jobs says more.")


def _shown(reason: str) -> str:
    return redact(inert(reason)).replace("\n", " ")
