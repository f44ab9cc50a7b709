"""One HTTP request to Pluginwatch."""

import json
from collections.abc import Mapping
from http.client import HTTPConnection
from typing import Any


def call(
    address: str, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
) -> dict[str, Any]:
    """Send the request to `address` (host:port) and return what the JSON answer says.

    Raises:
        RuntimeError: it was answered with a 4xx or 5xx.
    """
    connection = HTTPConnection(address, timeout=10)
    try:
        connection.request(method, path, body, dict(headers))
        answer = connection.getresponse()
        said: dict[str, Any] = json.load(answer)
    finally:
        connection.close()
    if answer.status >= 400:
        raise RuntimeError(f"{method} {path}: {answer.status} {said}")
    return said
