"""Hostile requests of an endpoint: odd names in its path, odd parameters, bodies and headers, with a key or without."""

import hashlib
import hmac
import json
import random
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any
from urllib.parse import urlencode

from bench.deliveries import SECRET
from bench.hostile.endpoints import DescribedEndpoint
from bench.hostile.values import as_form, as_text, odd_word, value_of
from bench.stage import PLUGINS

_JSON, _FORM = "application/json", "application/x-www-form-urlencoded"
_SOME_PLUGINS = 8
_NUMBERS = ("0", "1", "2", "3", "-1", "9" * 30)
# Of pages, which are not described.
_PARAMETERS = (
    *("page", "filter", "plugin", "branch", "before", "after", "key", "token", "url", "order", "x"),
    *("plugins[][name]", "plugins[0][branch]", "tags[]"),
)
_FIELDS = (
    *("key", "public_key", "nonce", "auth_redirect", "scopes", "application_name", "client_id"),
    "List-Unsubscribe",
)
_HEADERS = (
    *("Accept", "Accept-Language", "Content-Type", "Cookie", "Expect", "If-Modified-Since"),
    *("If-None-Match", "Origin", "Range", "X-Forwarded-Host", "X-Forwarded-Proto"),
)
_SAID = (
    *("*/*", "text/html", "bytes=0-", "bytes=-1", '"x"', "de;q=1.5,en", "zh-Hant-TW,zh", "x" * 500),
    *("100-continue", "é", "application/json; charset=utf-16"),
)
_EVENTS = (
    *("push", "issues", "release", "check_run", "check_suite", "workflow_run", "installation"),
    *("repository", "label", "star", "x"),
)
_PLACE = re.compile(r"\{(\w+)(?::\w+)?\}")

# By the name of OpenAPI's security scheme, the headers that one may come with.
Keys = Mapping[str, list[dict[str, str]]]


@dataclass(frozen=True, slots=True)
class HostileRequest:
    """One as it is sent, but for the address of the server."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes | None


def hostile_request(endpoint: DescribedEndpoint, keys: Keys, rng: random.Random) -> HostileRequest:
    """A request of the endpoint."""
    headers = {
        "X-Forwarded-For": f"10.{rng.randrange(256)}.{rng.randrange(256)}.{rng.randrange(256)}"
    }
    headers |= _key(endpoint, keys, rng)
    body = None
    if endpoint.takes_body:
        headers["Content-Type"], body = _body(endpoint, rng)
    if rng.random() < 0.15:
        headers[rng.choice(_HEADERS)] = rng.choice(_SAID)
    if endpoint.path == "/github/webhooks":
        headers |= _delivery(body or b"", rng)
    return HostileRequest(endpoint.method, _address(endpoint, rng), headers, body)


def _address(endpoint: DescribedEndpoint, rng: random.Random) -> str:
    path = _PLACE.sub(lambda place: _spelt(_name(place[1], rng)), endpoint.path)
    asked = [
        (each["name"], value_of(each.get("schema"), rng))
        for each in endpoint.operation.get("parameters", ())
        if each["in"] == "query" and rng.random() < 0.7
    ]
    if rng.random() < (0.1 if endpoint.operation else 0.5):
        asked.append((rng.choice(_PARAMETERS), odd_word(rng)))
    pairs: list[str] = []
    for name, value in asked:
        values = value if isinstance(value, list) else [value]
        pairs += [f"{_spelt(name)}={_spelt(as_text(one))}" for one in values]
    query = "&".join(pairs)
    return f"{path}?{query}" if query else path


def _name(place: str, rng: random.Random) -> str:
    if place == "name" and rng.random() < 0.5:
        return rng.choice(PLUGINS[:_SOME_PLUGINS])
    if place == "number" and rng.random() < 0.7:
        return rng.choice(_NUMBERS)
    return odd_word(rng) or "x"


def _key(endpoint: DescribedEndpoint, keys: Keys, rng: random.Random) -> dict[str, str]:
    """Mostly one of the kind that it wants, or else none."""
    kinds = list(chain.from_iterable(endpoint.operation.get("security", ())))
    if not kinds or rng.random() < 0.15:
        return {}
    return rng.choice(keys[rng.choice(kinds)])


def _body(endpoint: DescribedEndpoint, rng: random.Random) -> tuple[str, bytes]:
    """A media type, and the body."""
    content: dict[str, Any] = endpoint.operation.get("requestBody", {}).get("content", {})
    if not content:
        fields = [(rng.choice(_FIELDS), odd_word(rng)) for _ in range(4)]
        return _FORM, urlencode(fields, errors="surrogatepass").encode()
    media_type = rng.choice(list(content))
    if media_type == _FORM:
        return media_type, as_form(value_of(content[media_type].get("schema"), rng))
    if media_type != _JSON:
        return media_type, rng.randbytes(rng.randrange(300))
    value = value_of(content[media_type].get("schema"), rng)
    text = json.dumps(value, ensure_ascii=rng.random() < 0.3)
    body = text.encode("utf-8", "surrogatepass")
    return media_type, body[: rng.randrange(len(body) + 1)] if rng.random() < 0.05 else body


def _delivery(body: bytes, rng: random.Random) -> dict[str, str]:
    """The headers of a delivery of GitHub's, mostly signed."""
    secret = SECRET if rng.random() < 0.9 else "another"
    return {
        "X-Hub-Signature-256": f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}",
        "X-GitHub-Event": rng.choice(_EVENTS),
        "X-GitHub-Delivery": str(uuid.UUID(bytes=rng.randbytes(16))),
    }


def _spelt(word: str) -> str:
    return "".join(f"%{byte:02X}" for byte in word.encode("utf-8", "surrogatepass"))
