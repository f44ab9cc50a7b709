"""The recipes by which webhooks of extensions are verified: a shared token, an HMAC of the body, a Standard Webhook.

Pure. https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping

from models.extensions.manifest.contributions import Verification
from webhooks.refusal import Refusal

# Seconds by which a sender's clock may differ from ours.
TOLERANCE = 300
_SECRET = "whsec_"  # noqa: S105 - what such secrets begin with
_VERSION = "v1,"

Headers = Mapping[bytes, bytes]


def verify(recipe: Verification, secret: bytes, headers: Headers, body: bytes, at: float) -> None:
    """Make sure that who knows the secret sent this. `headers` by their names in lower case; `at` in seconds.

    Raises:
        Refusal: 401: they did not.
    """
    if recipe.recipe == "standard":
        _standard(secret, headers, body, at)
        return
    name = recipe.header or ""
    sent = headers.get(name.lower().encode("latin-1", "replace"), b"")
    wanted = secret
    if recipe.recipe == "hmac":
        sent = sent.removeprefix(b"sha256=").lower()
        wanted = hmac.new(secret, body, hashlib.sha256).hexdigest().encode()
    if not hmac.compare_digest(sent, wanted):
        what = "the body's HMAC-SHA256 in hexadecimal" if recipe.recipe == "hmac" else "the token"
        raise Refusal(401, f"the header {name} does not hold {what}; compare the two secrets")


def _standard(secret: bytes, headers: Headers, body: bytes, at: float) -> None:
    sent_at = headers.get(b"webhook-timestamp", b"")
    if not (sent_at.isdigit() and len(sent_at) < 15 and abs(int(sent_at) - at) <= TOLERANCE):
        raise Refusal(401, f"send webhook-timestamp, in seconds, within {TOLERANCE} seconds of now")
    signed = b".".join((headers.get(b"webhook-id", b""), sent_at, body))
    digest = hmac.new(_key(secret), signed, hashlib.sha256).digest()
    wanted = _VERSION.encode() + base64.b64encode(digest)
    signatures = headers.get(b"webhook-signature", b"").split(b" ")
    if not any(hmac.compare_digest(each, wanted) for each in signatures[:10]):
        raise Refusal(401, "no signature in webhook-signature fits; compare the two secrets")


def _key(secret: bytes) -> bytes:
    """The key that a secret of the standard spells in base64; any other text is the key itself."""
    prefix = _SECRET.encode()
    if not secret.startswith(prefix):
        return secret
    try:
        return base64.b64decode(secret.removeprefix(prefix), validate=True)
    except binascii.Error:
        return secret
