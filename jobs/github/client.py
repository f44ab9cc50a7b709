"""Asking GitHub: one request at a time, within the budget, with an answer or a reason."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import structlog
from github import GithubException
from requests.utils import parse_header_links

from jobs.github.budget import Budget
from jobs.github.identities import TOKEN, Identities, Identity
from jobs.github.trouble import (
    NO_ANSWER,
    ForbiddenError,
    IdentityError,
    LimitError,
    MissingError,
    TroubleError,
    why_no_answer,
)
from models.database.engine import Database
from models.github.fields import Fields, MalformedError
from models.github.gathering import Gathered
from models.github.sync import OUT_OF_REACH
from models.rules.clean import clean_json, needs_cleaning
from models.settings import Settings

PAGE = 100  # the most that GitHub lists at once
_MOST_PAGES = 100

_log = structlog.get_logger()

_POINTS_OF_A_WRITE = 5  # of the 900 that GitHub allows in a minute
_UNCHANGED = 304
_GONE = 410
_MISSING = frozenset({404, 451})
_LIMITED = ("rate limit", "abuse detection", "try again later", "wait a few minutes")


@dataclass(frozen=True, slots=True)
class GitHubAnswer:
    """What GitHub answered, and when by its own clock.

    An `unchanged` answer has no body and costs nothing.
    """

    body: Any
    at: datetime
    etag: str | None
    next: str | None
    unchanged: bool = False

    def object(self) -> Fields:
        """The answer as a JSON object.

        Raises:
            MalformedError: it is none.
        """
        if not isinstance(self.body, dict):
            raise MalformedError("the answer must be a JSON object")
        return Fields(self.body)

    def objects(self, key: str = "") -> list[Fields]:
        """The list of JSON objects that the answer is, or holds under this key.

        Raises:
            MalformedError: it is none.
        """
        if key:
            return list(self.object().objects(key))
        return list(Fields({"answer": self.body}).objects("answer"))


class GithubClient:
    """Asks GitHub as the App where it is installed, else with the token."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.identities = Identities(settings)
        self._budget = Budget(database)
        self._installations: dict[str, int] | None = None

    def get(
        self, path: str, owner: str = "", etag: str | None = None, **parameters: object
    ) -> GitHubAnswer:
        """Ask for what is at this path, or at the address of a next page, in an owner's account.

        With an `etag` the answer is `unchanged` if it would be the same as the one with this etag.

        Raises:
            AskingError: one of its kinds.
        """
        headers = {"If-None-Match": etag} if etag else {}
        return self.ask("GET", path, self._who(owner), headers, parameters)

    def pages(self, path: str, owner: str = "", **parameters: object) -> Iterator[GitHubAnswer]:
        """The pages of a list, one after the other."""
        answer = self.ask("GET", path, self._who(owner), parameters=parameters)
        yield answer
        for _ in range(_MOST_PAGES):
            if answer.next is None:
                return
            answer = self.get(answer.next, owner)
            yield answer

    def ask(
        self,
        verb: str,
        path: str,
        identity: Identity,
        headers: Mapping[str, str] | None = None,
        parameters: Mapping[str, object] | None = None,
    ) -> GitHubAnswer:
        """Ask as this identity; as `get` does, and with its errors."""
        now = datetime.now(UTC)
        points = 1 if verb == "GET" else _POINTS_OF_A_WRITE
        self._budget.spend(identity.name, now, points=points)
        given = {name: value for name, value in (parameters or {}).items() if value}
        requester = identity.github.requester
        try:
            status, heard, text = requester.requestJson(verb, path, given, dict(headers or {}))
        except GithubException as error:  # while the App's token for the account was renewed
            raise self._refusal(
                identity, error.status, error.headers or {}, str(error.data), now
            ) from error
        except NO_ANSWER as error:
            raise TroubleError(f"{OUT_OF_REACH}: {why_no_answer(error)}") from error
        if status >= 400:
            raise self._refusal(identity, status, heard, text, now)
        self._budget.answered(identity.name, heard, now)
        etag = heard.get("etag")
        if status == _UNCHANGED:
            return GitHubAnswer(None, _time(heard, now), etag, None, unchanged=True)
        return GitHubAnswer(_parsed(text), _time(heard, now), etag, _next(heard))

    def close(self) -> None:
        """Close every connection, and store what we know of the limits for other processes."""
        self.identities.close()
        self._budget.close()

    def _who(self, owner: str) -> Identity:
        """As whom to ask about something in this account.

        The App where it is installed, else the token. Without a token the App in any other account,
        for it sees what is public.
        """
        if self._installations is None:
            self._installations = self._list_installations()
        installation = self._installations.get(owner.lower())
        if installation is None and (token := self.identities.token()):
            return token
        if installation is None:
            installation = next(iter(self._installations.values()), None)
        if installation is None:
            raise IdentityError(
                "The GitHub App is installed nowhere: install it, or set GITHUB_TOKEN"
            )
        return self.identities.installation(installation)

    def _list_installations(self) -> dict[str, int]:
        app = self.identities.app()
        if app is None:
            return {}
        found = Gathered[tuple[str, int]]()
        answer: GitHubAnswer | None = self.ask(
            "GET", "/app/installations", app, parameters={"per_page": PAGE}
        )
        while answer:
            found.take_each(answer.objects(), _installed)
            answer = self.ask("GET", answer.next, app) if answer.next else None
        skipped("app", "installations", found)
        return dict(found.facts)

    def _refusal(
        self, identity: Identity, status: int, headers: Mapping[str, str], text: str, now: datetime
    ) -> Exception:
        if _is_limit(status, headers, text):
            return self._budget.refused(identity.name, headers, now)
        if status == 401:
            named = "GITHUB_TOKEN" if identity.name == TOKEN else "the GitHub App's private key"
            words = f"GitHub refuses {named}: it is wrong, expired or revoked"
            self._budget.unknown(identity.name, words, now)
            return IdentityError(words)
        if status == _GONE:
            return MissingError("GitHub has no such thing any more: it was deleted, or turned off")
        if status in _MISSING:
            return MissingError(
                "GitHub shows no such thing to us: it was deleted, or it is private"
            )
        if status < 500:
            return ForbiddenError(f"GitHub does not allow it (HTTP {status})")
        return TroubleError(f"GitHub is in trouble (HTTP {status})")


@contextmanager
def asking(database: Database, settings: Settings) -> Iterator[GithubClient]:
    """Ask within the block; a limit ends it without an error, for whatever is left goes on at its next time."""
    asks = GithubClient(database, settings)
    try:
        yield asks
    except LimitError:
        pass  # logged where it was hit, and shown to operators
    finally:
        asks.close()


def skipped(subject: str, task: str, gathered: Gathered[Any]) -> None:
    """Log what of an answer could not be read, and was left out."""
    if gathered.skipped:
        _log.warning("github_facts_skipped", subject=subject, task=task, reasons=gathered.skipped)


def _installed(fields: Fields) -> Iterator[tuple[str, int]]:
    """Where the App may ask: an account's login, in lower case, and the installation there."""
    if not fields.has("suspended_at"):
        yield fields.within("account").words("login").lower(), fields.id()


def _is_limit(status: int, headers: Mapping[str, str], text: str) -> bool:
    if status == 429:
        return True
    said = text[:2_000].lower()
    hit = "retry-after" in headers or headers.get("x-ratelimit-remaining") == "0"
    return status == 403 and (hit or any(words in said for words in _LIMITED))


def _parsed(text: str) -> Any:
    try:
        said = json.loads(text) if text else None
        return clean_json(said) if needs_cleaning(text) else said
    except (ValueError, RecursionError) as error:
        raise TroubleError("GitHub answered what is no JSON") from error


def _time(headers: Mapping[str, str], now: datetime) -> datetime:
    try:
        return parsedate_to_datetime(headers["date"]).astimezone(UTC)
    except (KeyError, ValueError, TypeError):
        return now


def _next(headers: Mapping[str, str]) -> str | None:
    links = parse_header_links(headers.get("link", ""))
    return next((link["url"] for link in links if link.get("rel") == "next"), None)
