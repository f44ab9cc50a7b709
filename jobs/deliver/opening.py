"""The ways out of chat, in one visible table: each is open when its settings are there."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

import structlog

from jobs.deliver.deliverer import Deliverer, DeliveryTimes, Send
from jobs.deliver.discourse import DiscourseTopics
from jobs.deliver.extension_chats import ExtensionChats
from jobs.deliver.extensions import Extensions
from jobs.deliver.mail import Mail
from jobs.deliver.webhook import Webhooks
from models.database.engine import Database, be_alone
from models.events.filing import IssueRefused
from models.operating.hooks import seal_all
from models.operating.sealing import Sealer
from models.operating.signing import Signer
from models.outbox.turned_off import end_waiting
from models.outbox.ways_out import (
    DISCOURSE,
    EMAIL,
    EXTENSION,
    GITHUB,
    OUTSIDE,
    WEBHOOK,
    open_channels,
)
from models.record import record
from models.recording.telling.parking import unpark
from models.rules.addresses import is_loopback
from models.settings import Settings

_log = structlog.get_logger()


def senders(database: Database, settings: Settings) -> dict[str, Send]:
    """The table."""
    found: dict[str, Send] = {}
    if settings.github_token.get_secret_value() or settings.github_app_id:
        found[GITHUB] = _issues(database, settings)
    if settings.smtp_url.get_secret_value():
        found[EMAIL] = Mail(settings, Signer(settings.link_signing_key, _pages(settings))).send
    if settings.discourse_url:
        found[DISCOURSE] = DiscourseTopics(settings).send
    if settings.webhook_signing_secret.get_secret_value():
        found[WEBHOOK] = Webhooks(settings).send
    found[EXTENSION] = Extensions(database, settings.extensions_folder).send
    return found


def _issues(database: Database, settings: Settings) -> Send:
    # GitHub's library takes some megabytes, so that only who uses it imports it.
    from jobs.deliver.github_issues import GithubIssues  # noqa: PLC0415 - see above
    from jobs.github.identities import Identities  # noqa: PLC0415 - see above

    return GithubIssues(database, Identities(settings)).send


@contextlib.contextmanager
def delivering(
    database: Database, settings: Settings, times: DeliveryTimes | None = None
) -> Iterator[Callable[[], None]]:
    """Deliver, in a thread, until the end of the block, or until the function is called that it gives."""
    found = senders(database, settings)
    with database.write() as session:
        be_alone(session)
        open_channels(session, found.keys() - {EXTENSION}, settings.discourse_url)
        now = datetime.now(UTC)
        ended = end_waiting(
            session, [platform for platform in OUTSIDE if platform not in found], now
        )
        refused = [
            IssueRefused(name, "GitHub is turned off here")
            for platform, name in ended
            if platform == GITHUB
        ]
        record(session, refused, now)
        unpark(session, tuple(found))
        if WEBHOOK in found:
            seal_all(session, Sealer(settings.webhook_signing_secret))
    _log.info("delivering", platforms=sorted(found))
    chats = ExtensionChats(database)
    deliverer = Deliverer(database, found, times, pages=_pages(settings), chats=chats)
    thread = threading.Thread(target=deliverer.run, name="deliver", daemon=True)
    thread.start()
    try:
        yield deliverer.stop
    finally:
        deliverer.stop()
        thread.join()


def _pages(settings: Settings) -> str:
    """Where the status pages are for those outside; empty where only this machine can read them."""
    host = urlsplit(settings.public_url).hostname or ""
    return "" if is_loopback(host) else settings.public_url
