"""Signatures over raw bodies, as GitHub makes them."""

import hashlib
import hmac
import re
from collections.abc import Sequence

from starlette.types import Scope

from webhooks.refusal import Refusal

_HEADER = b"x-hub-signature-256"
_SIGNATURE = re.compile(rb"sha256=[0-9a-f]{64}")


def verify(scope: Scope, body: bytes, secrets: Sequence[bytes]) -> None:
    """Make sure that the raw body was signed with one of the secrets; there are two while one replaces the other.

    Raises:
        Refusal: 401: it was not.
    """
    sent = [value for name, value in scope["headers"] if name == _HEADER]
    if len(sent) != 1 or not _SIGNATURE.fullmatch(sent[0]):
        raise Refusal(401, "send one header X-Hub-Signature-256: sha256= and the body's HMAC in 64 hexadecimal digits")
    # Every secret is tried in any case, so that the time taken tells nothing about them.
    matches = [hmac.compare_digest(_signature(secret, body), sent[0]) for secret in secrets]
    if not any(matches):
        raise Refusal(401, "the signature does not fit the body and GITHUB_WEBHOOK_SECRET; compare the two secrets")


def _signature(secret: bytes, body: bytes) -> bytes:
    return b"sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest().encode()
