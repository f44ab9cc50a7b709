"""Files issues on GitHub and comments on them.

A hidden marker tells whether one is there already.
"""

import time
from collections import deque
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from itertools import islice

from github import Github, GithubException
from github.Issue import Issue
from github.Repository import Repository

from jobs.deliver.render import markdown
from jobs.github.identities import Identities
from jobs.github.trouble import NO_ANSWER
from models.database.engine import Database
from models.outbox.sending import Outgoing, SendError
from models.queries.installations import installation_of
from models.rules.conversations import Conversation
from models.rules.redact import redact
from models.rules.retry import seconds_to_wait
from models.tables import Posting

# https://docs.github.com/en/rest/issues: a body of an issue or a comment, in characters; a title.
MAX_BODY = 65_536
MAX_TITLE = 256
# https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api: 80 a minute and 500 an hour in all,
# of which people want some for themselves.
_MOST = ((60.0, 60), (3_600.0, 400))
# How many of the newest issues, or comments, are looked through for a marker.
_LOOKED_THROUGH = 150

# To wait where GitHub says that there was too much, and not for how long.
_SECONDS_WITHOUT_A_WORD = 60.0
_SECONDS_WITHOUT_TRUST = 900.0
_LONGEST_WINDOW = 3_600.0  # of a limit, after which it is reset; our clock may be wrong
_REASON_LIMIT = 200


class GithubIssues:
    """Sends to repositories: a post is a new issue, a reply a comment; an issue is closed and opened again."""

    def __init__(self, database: Database, identities: Identities) -> None:
        self._database = database
        self._identities = identities
        self._pace = _WriteLimits()

    def send(self, outgoing: Outgoing) -> str:
        """Send; return the issue's number, or the comment's id.

        Raises:
            SendError: GitHub did not take it.

        """
        try:
            return self._send(outgoing)
        except GithubException as error:
            raise _refusal(error, outgoing.address) from error
        except NO_ANSWER as error:
            raise SendError(f"GitHub is out of reach: {type(error).__name__}") from error

    def _send(self, outgoing: Outgoing) -> str:
        if outgoing.action is not Posting.POST and not (outgoing.reference or "").isdecimal():
            raise SendError("its issue was never filed", permanent=True)
        # We ask for the repository first, because GitHub redirects only questions to its new name.
        repository = self._client(outgoing.address).get_repo(outgoing.address)
        if outgoing.action is Posting.POST:
            return self._file(repository, outgoing)
        issue = repository.get_issue(int(outgoing.reference or 0))
        match outgoing.action:
            case Posting.CLOSE:
                issue.edit(state="closed", state_reason="completed")
            case Posting.REOPEN:
                issue.edit(state="open")
            case _:
                return self._comment(issue, outgoing)
        return str(issue.number)

    def _file(self, repository: Repository, outgoing: Outgoing) -> str:
        marker = marker_of(outgoing)
        if outgoing.attempts > 1 and (found := _standing(repository, marker)):
            return str(found.number)
        if not repository.has_issues or repository.archived:
            state = "is archived" if repository.archived else "takes no issues"
            raise SendError(f"the repository {outgoing.address} {state}", permanent=True)
        self._pace.spend()
        body = f"{markdown(outgoing.message, MAX_BODY - len(marker) - 2)}\n\n{marker}"
        return str(repository.create_issue(outgoing.message.title[:MAX_TITLE], body).number)

    def _comment(self, issue: Issue, outgoing: Outgoing) -> str:
        marker = marker_of(outgoing)
        if outgoing.attempts > 1:
            for comment in islice(issue.get_comments().reversed, _LOOKED_THROUGH):
                if marker in (comment.body or ""):
                    return str(comment.id)
        self._pace.spend()
        return str(
            issue.create_comment(
                f"{markdown(outgoing.message, MAX_BODY - len(marker) - 2)}\n\n{marker}"
            ).id
        )

    def _client(self, full_name: str) -> Github:
        with self._database.read() as session:
            installation = installation_of(session, full_name)
        if installation and self._identities.app():
            return self._identities.installation(installation).github
        identity = self._identities.token()
        if identity is None:
            raise SendError(f"the GitHub App is not installed in {full_name}", permanent=True)
        return identity.github


def marker_of(outgoing: Outgoing) -> str:
    """The hidden mark in the text of an issue, or of a comment on it, by which we find it again."""
    mark = Conversation(outgoing.conversation).key
    if outgoing.action is not Posting.POST:
        mark = f"{mark}:{outgoing.outbox_id}"
    return f"<!-- pluginwatch:{mark} -->"


def _standing(repository: Repository, marker: str) -> Issue | None:
    """The issue with this marker, if it is there.

    We go through the list, because GitHub's search finds new issues only after a while.
    """
    newest: Iterable[Issue] = repository.get_issues(state="all", sort="created", direction="desc")
    for issue in islice(newest, _LOOKED_THROUGH):
        if marker in (issue.body or ""):
            return issue
    return None


class _WriteLimits:
    """Keeps this process below GitHub's secondary limits; may be used by several threads.

    `clock` counts seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._made: deque[float] = deque(maxlen=max(most for _, most in _MOST))

    def spend(self) -> None:
        now = self._clock()
        for seconds, most in _MOST:
            lately = [at for at in self._made if now - at < seconds]
            if len(lately) >= most:
                raise SendError(
                    "GitHub takes no more for the moment",
                    retry_after=seconds - (now - lately[-most]),
                )
        self._made.append(now)


def _refusal(error: GithubException, full_name: str) -> SendError:
    """What GitHub's answer means: whether trying again helps, and when."""
    status = error.status
    headers = {name.lower(): value for name, value in (error.headers or {}).items()}
    said = _said(error)
    if status in {403, 429} and (_is_limit(headers, said) or status == 429):
        return SendError("GitHub takes no more for the moment", retry_after=_seconds(headers))
    if status == 401:
        return SendError(
            f"GitHub does not take our token{said}", retry_after=_SECONDS_WITHOUT_TRUST
        )
    if status == 403:
        return SendError(
            f"we may not write issues in {full_name}; let the token or the App do that{said}",
            permanent=True,
        )
    if status == 404:
        return SendError(f"GitHub shows us no {full_name}, or no such issue in it", permanent=True)
    if status >= 500 or status < 400:
        return SendError(f"GitHub is in trouble: {status}")
    return SendError(f"GitHub refused it with {status}{said}", permanent=True)


def _said(error: GithubException) -> str:
    words = error.data.get("message") if isinstance(error.data, dict) else None
    return f": {redact(str(words))[:_REASON_LIMIT]}" if words else ""


def _is_limit(headers: dict[str, str], said: str) -> bool:
    return (
        "retry-after" in headers
        or headers.get("x-ratelimit-remaining") == "0"
        or "rate limit" in said.lower()
    )


def _seconds(headers: dict[str, str]) -> float:
    asked = seconds_to_wait(headers.get("retry-after", ""), datetime.now(UTC))
    if asked is not None:
        return asked
    reset = headers.get("x-ratelimit-reset", "")
    if headers.get("x-ratelimit-remaining") == "0" and reset.isdecimal():
        return min(max(float(reset) - time.time(), 1.0), _LONGEST_WINDOW)
    return _SECONDS_WITHOUT_A_WORD
