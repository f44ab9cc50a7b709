"""Asks GitHub to send failed webhook deliveries again.

GitHub does not do so by itself, but lists the deliveries for three days.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog

from jobs.github.client import PAGE, GitHubAnswer, GithubClient, asking, skipped
from jobs.github.identities import Identity
from jobs.github.sweep import noting
from jobs.github.trouble import ForbiddenError, MissingError
from models.database.engine import Database
from models.github import sync
from models.github.fields import Fields
from models.github.gathering import Gathered
from models.recording.github.deliveries import recorded
from models.rules.redelivery import KEPT, DeliveryAttempt, Plan, plan
from models.settings import Settings

TASK = "deliveries"
EVERY = timedelta(hours=1)

_MOST_PAGES = 200
_PATH = "/github/webhooks"

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _GithubHook:
    """A webhook on GitHub that posts to us, and the identity that may ask about it."""

    subject: str
    path: str
    identity: Identity


def redeliver(database: Database, settings: Settings) -> None:
    """Ask GitHub which deliveries failed, and to deliver them again.

    With an App these are the App's deliveries, with a token those of the repositories' own
    webhooks.
    """
    with asking(database, settings) as asks:
        if app := asks.identities.app():
            with noting(database, "app", TASK):
                _again(database, asks, _GithubHook("app", "/app/hook", app))
        elif token := asks.identities.token():
            _of_repositories(database, asks, token, settings.public_url + _PATH)


def _of_repositories(database: Database, asks: GithubClient, token: Identity, address: str) -> None:
    with database.read() as session:
        targets = sync.due(session, TASK, EVERY, datetime.now(UTC))
    for target in targets:
        if target.hooked:
            with noting(database, target.subject, TASK):
                _of_repository(database, asks, target.repository_id, token, address)


def _of_repository(
    database: Database, asks: GithubClient, repository_id: int, identity: Identity, address: str
) -> None:
    """Send again what the repository's webhook for our `address` could not deliver.

    If there is none that we may see, that is noted, and asked for again an hour later.
    """
    path = f"/repositories/{repository_id}/hooks"
    subject = str(repository_id)
    try:
        hooks = asks.ask("GET", path, identity, parameters={"per_page": PAGE}).objects()
    except (MissingError, ForbiddenError):
        hooks = []  # the token has no admin:repo_hook there; then only polling is left
    for hook in hooks:
        if hook.within("config").words("url", 1_000).rstrip("/") == address:
            _again(database, asks, _GithubHook(subject, f"{path}/{hook.id()}", identity))
            return
    now = datetime.now(UTC)
    with database.write() as session:
        sync.note(session, subject, TASK, now, done_at=now)


def _again(database: Database, asks: GithubClient, hook: _GithubHook) -> None:
    now = datetime.now(UTC)
    with database.read() as session:
        since = sync.known(session, hook.subject, TASK).since
    attempts = _attempts(asks, hook, max(since or now - KEPT, now - KEPT))
    with database.read() as session:
        known = recorded(session, {attempt.guid for attempt in attempts})
    planned: Plan = plan(attempts, known, since, now)
    for attempt in planned.again:
        _send(asks, hook, attempt)
    if planned.failed:
        _log.info(
            "deliveries_failed",
            hook=hook.subject,
            failed=planned.failed,
            sent_again=len(planned.again),
        )
    with database.write() as session:
        sync.note(session, hook.subject, TASK, now, since=planned.since, done_at=now)


def _send(asks: GithubClient, hook: _GithubHook, attempt: DeliveryAttempt) -> None:
    try:
        asks.ask("POST", f"{hook.path}/deliveries/{attempt.github_id}/attempts", hook.identity)
    except (MissingError, ForbiddenError) as error:
        # It may be too old by now, which must not stop the others.
        _log.info(
            "delivery_not_sent_again", hook=hook.subject, guid=attempt.guid, reason=str(error)
        )


def _attempts(asks: GithubClient, hook: _GithubHook, since: datetime) -> list[DeliveryAttempt]:
    """The attempts to deliver since then, newest first, as GitHub lists them."""
    found: list[DeliveryAttempt] = []
    answer: GitHubAnswer | None = asks.ask(
        "GET", f"{hook.path}/deliveries", hook.identity, parameters={"per_page": PAGE}
    )
    for _ in range(_MOST_PAGES):
        if answer is None:
            break
        told = Gathered[DeliveryAttempt]()
        told.take_each(answer.objects(), _attempt)
        skipped(hook.subject, TASK, told)
        page = told.facts
        found += [attempt for attempt in page if attempt.at >= since]
        ends = answer.next is None or not page or page[-1].at < since
        answer = None if ends else asks.ask("GET", answer.next or "", hook.identity)
    return found


def _attempt(one: Fields) -> Iterator[DeliveryAttempt]:
    yield DeliveryAttempt(
        one.id(),
        one.text("guid"),
        one.time("delivered_at"),
        _succeeded(one.value.get("status_code")),
    )


def _succeeded(status_code: object) -> bool:
    return isinstance(status_code, int) and 200 <= status_code < 300
