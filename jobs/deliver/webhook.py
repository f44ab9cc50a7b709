"""Webhooks to other machines, signed as https://www.standardwebhooks.com says.

None is sent into our own network, unless the operator named the host.
"""

import base64
import hashlib
import hmac
import time
from datetime import UTC, datetime
from urllib.parse import urlsplit

import urllib3

from jobs.calling import ends_within
from jobs.deliver.reaching import allowed_address, pool_at
from models.messages.message import Code, Message
from models.operating.hooks import secret_of
from models.operating.sealing import SealedElsewhereError, Sealer
from models.outbox.sending import Outgoing, SendError
from models.rules.retry import seconds_to_wait
from models.settings import Settings

SECONDS_IN_ALL = 20.0
_GONE = 410  # what the receiver answers that wants no more
_LONGEST_PAUSE = 3_600.0


class Webhooks:
    """Posts events to receivers. Each has a secret of its own, made of ours and its number."""

    def __init__(self, settings: Settings) -> None:
        self._secret = settings.webhook_signing_secret
        self._sealer = Sealer(settings.webhook_signing_secret)
        self._private = settings.private_hosts

    def send(self, outgoing: Outgoing) -> str:
        """Post it; return the event's id, which is the same at each try.

        Raises:
            SendError: the receiver did not take it, or is not to be asked at all.

        """
        id_ = f"msg_{outgoing.outbox_id}"
        body = event(outgoing.message)
        url = self._opened(outgoing.address)
        key = secret_of(self._secret.get_secret_value(), url)
        headers = {"Content-Type": "application/json", **signed(id_, int(time.time()), body, key)}
        status, after = post(url, body, headers, self._private)
        if status == _GONE:
            raise SendError("the receiver answers that it is gone", gone=True)
        if not 200 <= status < 300:
            asked = seconds_to_wait(after, datetime.now(UTC))
            pause = None if asked is None else min(asked, _LONGEST_PAUSE)
            raise SendError(f"the receiver answers with {status}", retry_after=pause)
        return id_

    def _opened(self, address: str) -> str:
        try:
            return self._sealer.opened(address)
        except SealedElsewhereError as error:
            raise SendError(str(error), permanent=True) from error


def signed(id_: str, at: int, body: bytes, key: bytes) -> dict[str, str]:
    """The headers by which the receiver knows who sends, and when."""
    signature = hmac.new(key, f"{id_}.{at}.".encode() + body, hashlib.sha256).digest()
    return {
        "webhook-id": id_,
        "webhook-timestamp": str(at),
        "webhook-signature": f"v1,{base64.b64encode(signature).decode()}",
    }


def post(
    url: str,
    body: bytes,
    headers: dict[str, str],
    private: frozenset[str],
    seconds: float = SECONDS_IN_ALL,
) -> tuple[int, str]:
    """Post to the same address that was checked, within so many seconds.

    Redirects are not followed, no proxy is used, and the body of the answer is not read.

    Returns the status, and how long the receiver asks us to wait: its header Retry-After.

    Raises:
        SendError: the receiver is out of reach, or may not be reached.

    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    is_tls = parts.scheme == "https"
    try:
        port = parts.port or (443 if is_tls else 80)
        address = allowed_address(host, port, private)
        pool = pool_at(address, port, host, is_tls=is_tls)
        path = parts.path or "/"
        if parts.query:
            path = f"{path}?{parts.query}"
        sent = {"Host": parts.netloc, "User-Agent": "Pluginwatch", **headers}
        with (
            ends_within(seconds),
            pool,
            pool.urlopen("POST", path, body, sent, redirect=False, preload_content=False) as answer,
        ):
            return answer.status, answer.headers.get("Retry-After", "")
    except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
        raise SendError(f"the receiver is out of reach: {type(error).__name__}") from error


def event(message: Message) -> bytes:
    """The body: what the message's one block says, letter for letter.

    Raises:
        SendError: the message is for people.

    """
    match message.blocks:
        case (Code(text),):
            return text.encode()
        case _:
            raise SendError(
                "this message is no event: an event is one block of code", permanent=True
            )
