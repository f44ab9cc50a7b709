"""What the host fetches for a realm, which has no network: from declared servers only, with secrets filled in here."""

import re
from typing import Annotated, Any, Literal
from urllib.parse import SplitResult, urlsplit

import urllib3
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from jobs.calling import TooSlowError, ends_within
from jobs.deliver.reaching import allowed_address, pool_at
from jobs.realms.errors import RefusedError
from models.extensions.options import Options
from models.outbox.sending import SendError
from models.rules.secrecy import KnownSecrets

# What is more is refused: JSON may need six bytes for one of these.
LONGEST_BODY = 160 << 10
MOST_SECONDS = 8.0
_PORTS = {"https": 443, "http": 80}
_PLACE = re.compile(r"\{option:([a-z][a-z0-9_]{0,31})\}")
# What the host says itself. In a packed answer it could find no secret, nor the realm read anything.
_OWN_HEADERS = {
    *("host", "content-length", "transfer-encoding", "connection", "user-agent"),
    *("accept-encoding", "expect", "te", "trailer", "upgrade"),
}
_LONG = Annotated[str, Field(max_length=8_000)]


class Fetch(BaseModel):
    """What a realm asks to be fetched."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)

    url: _LONG
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    headers: Annotated[dict[str, _LONG], Field(max_length=30)]
    body: Annotated[str, Field(max_length=LONGEST_BODY)]


class Fetcher:
    """Fetches for one extension. Hosts in `private` may be called although they are in our own network."""

    def __init__(self, options: Options, private: frozenset[str]) -> None:
        self._options = options
        self._private = private
        secrets = options.secrets.values()
        self._known = KnownSecrets(each.value.get_secret_value() for each in secrets)

    def fetch(self, params: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Fetch it; redirects are not followed, and no proxy is used. No secret is in the answer.

        Raises:
            RefusedError: it may not be fetched, or the server is out of reach.
        """
        try:
            request = Fetch.model_validate(params)
            parts = urlsplit(request.url)
            port = parts.port or _PORTS.get(parts.scheme, 0)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            words = f"fetch: {'.'.join(map(str, first['loc']))}: {first['msg']}"
            raise RefusedError(words) from error
        except ValueError as error:
            raise RefusedError("fetch: the address makes no sense") from error
        self._admit(parts)
        if wrong := [name for name in request.headers if name.lower() in _OWN_HEADERS]:
            raise RefusedError(f"fetch: the host itself sends the header {wrong[0]}")
        headers = {
            name: self._filled(value, parts.netloc) for name, value in request.headers.items()
        }
        body = self._filled(request.body, parts.netloc)
        try:
            return self._fetched(request.method, parts, port, headers, body, seconds)
        except SendError as error:
            raise RefusedError(error.reason) from error
        except TooSlowError as error:
            raise RefusedError(f"{parts.hostname}: {error}") from error
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            words = f"{parts.hostname} is out of reach: {type(error).__name__}"
            raise RefusedError(words) from error

    def _admit(self, parts: SplitResult) -> None:
        host = parts.hostname or ""
        if parts.netloc not in self._options.servers:
            allowed = ", ".join(sorted(self._options.servers)) or "none"
            raise RefusedError(f"fetch: {host} is not declared; declared servers: {allowed}")
        if parts.scheme != "https" and not (parts.scheme == "http" and host in self._private):
            raise RefusedError("fetch: the address must begin with https://")

    def _filled(self, text: str, server: str) -> str:
        """The text with the secrets that it names, which are for this server alone."""

        def value(place: re.Match[str]) -> str:
            secret = self._options.secrets.get(place[1])
            if secret is None:
                raise RefusedError(f"fetch: there is no secret {place[1]}")
            if secret.sent_to != server:
                raise RefusedError(f"fetch: {place[1]} is not for {server}")
            return secret.value.get_secret_value()

        return _PLACE.sub(value, text)

    def _fetched(
        self,
        method: str,
        parts: SplitResult,
        port: int,
        headers: dict[str, str],
        body: str,
        seconds: float,
    ) -> dict[str, Any]:
        host = parts.hostname or ""
        address = allowed_address(host, port, self._private)
        path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        sent = {**headers, "Host": parts.netloc, "User-Agent": "Pluginwatch"}
        pool = pool_at(address, port, host, is_tls=parts.scheme == "https")
        with (
            ends_within(max(0.1, min(seconds, MOST_SECONDS))),
            pool,
            pool.urlopen(
                method, path, body.encode(), sent, redirect=False, preload_content=False
            ) as answer,
        ):
            content = answer.read(LONGEST_BODY + 1, decode_content=False)
            if len(content) > LONGEST_BODY:
                raise RefusedError(f"{host} answered with more than {LONGEST_BODY:,} bytes")
            told = {
                self._known.removed(name).lower(): self._known.removed(value)
                for name, value in answer.headers.items()
            }
            text = self._known.removed(content.decode("utf-8", "replace"))
            return {"status": answer.status, "headers": told, "body": text}
