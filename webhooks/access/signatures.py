"""Signatures over raw bodies, as GitHub makes them."""

import hashlib
import hmac
import re
from collections.abc import Sequence

from starlette.types import Scope

from webhooks.refusal import Refusal
from webhooks.shapes import RequestHeader

HEADER = RequestHeader(
    name="X-Hub-Signature-256",
    pattern=re.compile(rb"sha256=[0-9a-f]{64}"),
    wanted=": sha256= and the body's HMAC in 64 hexadecimal digits",
    about="sha256= and the HMAC of the raw body, made with a live secret",
    status=401,
)


class Signature:
    """The signature of a request, checked piece by piece while its raw body comes in.

    The body may be signed with any of the secrets; there are two while one replaces the other.

    Raises:
        Refusal: 401: the request carries no signature.
    """

    def __init__(self, scope: Scope, secrets: Sequence[bytes]) -> None:
        self._sent = HEADER.read(scope["headers"])
        self._made = [hmac.new(secret, digestmod=hashlib.sha256) for secret in secrets]

    def take(self, piece: bytes) -> None:
        """The next bytes of the body."""
        for made in self._made:
            made.update(piece)

    def check(self) -> None:
        """Make sure that the body, taken to its end, was signed with one of the secrets.

        Raises:
            Refusal: 401: it was not.
        """
        # Every secret is tried in any case, so that the time taken tells nothing about them.
        digests = [b"sha256=" + made.hexdigest().encode() for made in self._made]
        matches = [hmac.compare_digest(digest, self._sent) for digest in digests]
        if not any(matches):
            raise Refusal(
                401,
                "the signature does not fit the body and GITHUB_WEBHOOK_SECRET; compare the two secrets",
            )
