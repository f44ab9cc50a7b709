"""Topics on a Discourse site, over its API: opened, replied to, closed and opened again."""

import hashlib
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests

from jobs.calling import ends_within, session_through
from jobs.deliver.reaching import AllowedHosts
from jobs.deliver.render import markdown
from models.outbox.sending import Outgoing, SendError
from models.rules.addresses import literal
from models.rules.redact import redact
from models.rules.retry import seconds_to_wait
from models.settings import Settings
from models.tables import Posting

# Discourse's own defaults: max_topic_title_length, max_post_length.
MAX_TITLE = 255
MAX_RAW = 32_000

_TIMEOUT = (5.0, 15.0)  # seconds to connect, and for an answer to begin
SECONDS_IN_ALL = 30.0
_MOST_BYTES = 8 * 1024 * 1024  # a topic of a hundred posts of the greatest length
_MOST_VALUES = 500_000  # and what looks like values in their text
_MOST_REDIRECTS = 3
_SECONDS_WITHOUT_A_WORD = 60.0
_LONGEST_PAUSE = 3_600.0
_REASON_LIMIT = 200


class DiscourseTopics:
    """Sends to one site: a post is a new topic, a reply a post in it.

    Each call takes `seconds` at the most.
    """

    def __init__(self, settings: Settings, seconds: float = SECONDS_IN_ALL) -> None:
        self._seconds = seconds
        self._url = settings.discourse_url
        self._parts = urlsplit(settings.discourse_url)
        host = self._parts.hostname or ""
        # An operator who sets an address within their network means it. A name might lead there
        # without their knowledge.
        named = {host} if literal(host) or host == "localhost" else set()
        self._session = session_through(
            AllowedHosts(_MOST_BYTES, settings.private_hosts | named, _MOST_VALUES)
        )
        self._category = settings.discourse_category
        self._tags = list(settings.topic_tags)
        self._installation = settings.public_url
        self._key = settings.discourse_api_key
        self._username = settings.discourse_api_username

    def send(self, outgoing: Outgoing) -> str:
        """Send; return the topic's number, or the post's.

        Raises:
            SendError: the site did not take it.

        """
        if outgoing.address != self._url:
            raise SendError("another Discourse site is set now", permanent=True)
        if outgoing.action is not Posting.POST and not (outgoing.reference or "").isdecimal():
            raise SendError("its topic was never opened", permanent=True)
        match outgoing.action:
            case Posting.POST:
                return self._open(outgoing)
            case Posting.CLOSE | Posting.REOPEN:
                enabled = "true" if outgoing.action is Posting.CLOSE else "false"
                self._ask(
                    "PUT",
                    f"/t/{outgoing.reference}/status",
                    {"status": "closed", "enabled": enabled},
                )
                return outgoing.reference or ""
            case _:
                return self._reply(outgoing)

    def _open(self, outgoing: Outgoing) -> str:
        marker = external_id(self._installation, outgoing.conversation)
        if outgoing.attempts > 1 and (
            found := self._ask("GET", f"/t/external_id/{marker}", missing=True)
        ):
            return str(found["id"])
        topic: dict[str, Any] = {
            "title": " ".join(outgoing.message.title.split())[:MAX_TITLE],
            "raw": markdown(outgoing.message, MAX_RAW),
            "archetype": "regular",
            "external_id": marker,
        }
        if self._category:
            topic["category"] = int(self._category)
        if self._tags:
            topic["tags"] = self._tags
        return str(self._ask("POST", "/posts", topic)["topic_id"])

    def _reply(self, outgoing: Outgoing) -> str:
        marker = f"<!-- {external_id(self._installation, f'outbox:{outgoing.outbox_id}')} -->"
        if outgoing.attempts > 1:
            topic = self._ask(
                "GET", f"/t/{outgoing.reference}", {"include_raw": "true", "print": "true"}
            )
            for post in topic.get("post_stream", {}).get("posts", []):
                if marker in str(post.get("raw", "")):
                    return str(post["id"])
        raw = f"{markdown(outgoing.message, MAX_RAW - len(marker) - 2)}\n\n{marker}"
        return str(
            self._ask("POST", "/posts", {"topic_id": int(outgoing.reference or 0), "raw": raw})[
                "id"
            ]
        )

    def _ask(
        self, verb: str, path: str, said: dict[str, Any] | None = None, *, missing: bool = False
    ) -> Any:
        """What the site answers; with `missing`, None when the site has no such thing.

        Raises:
            SendError: the site refused it, or could not be reached.

        """
        sent: dict[str, Any] = {"params": said} if verb == "GET" else {"json": said}
        try:
            with ends_within(self._seconds):
                answer = self._followed(verb, f"{self._url}{path}.json", sent)
            if missing and answer.status_code == requests.codes.not_found:
                return None
            if answer.status_code != requests.codes.ok:
                raise _refusal(answer)
            return answer.json()
        except (requests.RequestException, OSError) as error:
            raise SendError(
                f"the Discourse site is out of reach: {type(error).__name__}"
            ) from error

    def _followed(self, verb: str, url: str, sent: dict[str, Any]) -> requests.Response:
        """The answer, after redirects within the site. Our key is sent nowhere else.

        Raises:
            SendError: the site redirects to another one.

        """
        headers = {"Api-Key": self._key.get_secret_value(), "Api-Username": self._username}
        for _ in range(_MOST_REDIRECTS):
            answer = self._session.request(
                verb, url, headers=headers, timeout=_TIMEOUT, allow_redirects=False, **sent
            )
            if verb != "GET" or not answer.is_redirect:
                return answer
            url = urljoin(url, answer.headers["Location"])
            led = urlsplit(url)
            if (led.scheme, led.netloc) != (self._parts.scheme, self._parts.netloc):
                raise SendError(
                    f"the Discourse site leads to {led.hostname}: set DISCOURSE_URL to where it really is"
                )
        return answer


def external_id(installation: str, name: str) -> str:
    """The mark of a topic or post: the same at each try, and another one in each installation."""
    return f"pluginwatch-{hashlib.sha256(f'{installation} {name}'.encode()).hexdigest()[:24]}"


def _refusal(answer: requests.Response) -> SendError:
    status, words = answer.status_code, _said(answer)
    if status == requests.codes.too_many_requests:
        return SendError(
            "the Discourse site takes no more for the moment", retry_after=_seconds(answer)
        )
    if status in {requests.codes.unauthorized, requests.codes.forbidden}:
        return SendError(f"the Discourse site does not let us do it{words}", gone=True)
    if status >= 500 or status < 400:
        return SendError(f"the Discourse site is in trouble: {status}")
    return SendError(f"the Discourse site refused it with {status}{words}", permanent=True)


def _said(answer: requests.Response) -> str:
    try:
        errors = answer.json().get("errors")
    except (ValueError, AttributeError):
        return ""
    words = "; ".join(map(str, errors)) if isinstance(errors, list) else ""
    return f": {redact(words)[:_REASON_LIMIT]}" if words else ""


def _seconds(answer: requests.Response) -> float:
    """How long to wait, as the header says, or else Discourse's own words."""
    asked = seconds_to_wait(answer.headers.get("Retry-After"), datetime.now(UTC))
    if asked is not None:
        return asked
    try:
        return min(max(float(answer.json()["extras"]["wait_seconds"]), 0.0), _LONGEST_PAUSE)
    except (ValueError, KeyError, TypeError):
        return _SECONDS_WITHOUT_A_WORD
