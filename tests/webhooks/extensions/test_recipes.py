"""Webhooks of extensions are verified by recipe: who does not know the secret gets nowhere."""

import base64
import hashlib
import hmac

import pytest

from jobs.deliver.webhook import signed
from models.extensions.manifest.contributions import Verification
from webhooks.extensions.recipes import TOLERANCE, verify
from webhooks.refusal import Refusal

SECRET, BODY, NOW = b"a secret of these tests", b'{"a": 1}', 1_800_000_000
TOKEN = Verification(recipe="token", secret="s", header="X-Gitlab-Token")
HMAC = Verification(recipe="hmac", secret="s", header="X-Hub-Signature-256")
STANDARD = Verification(recipe="standard", secret="s")
DIGEST = hmac.new(SECRET, BODY, hashlib.sha256).hexdigest().encode()


def standard(secret: bytes = SECRET, at: int = NOW, body: bytes = BODY) -> dict[bytes, bytes]:
    """What our own outgoing webhooks send, which are Standard Webhooks."""
    return {name.encode(): value.encode() for name, value in signed("m1", at, body, secret).items()}


@pytest.mark.parametrize(
    ("recipe", "headers", "secret"),
    [
        (TOKEN, {b"x-gitlab-token": SECRET}, SECRET),
        (HMAC, {b"x-hub-signature-256": b"sha256=" + DIGEST}, SECRET),
        (HMAC, {b"x-hub-signature-256": DIGEST.upper()}, SECRET),
        (STANDARD, standard(), SECRET),
        (STANDARD, standard(at=NOW - TOLERANCE), SECRET),
        (STANDARD, standard(), b"whsec_" + base64.b64encode(SECRET)),
        (
            STANDARD,
            standard() | {b"webhook-signature": b"v1,AAAA " + standard()[b"webhook-signature"]},
            SECRET,
        ),
    ],
)
def test_who_knows_the_secret_is_let_in(
    recipe: Verification, headers: dict[bytes, bytes], secret: bytes
) -> None:
    verify(recipe, secret, headers, BODY, NOW)


@pytest.mark.parametrize(
    ("recipe", "headers"),
    [
        (TOKEN, {}),
        (TOKEN, {b"x-gitlab-token": b""}),
        (TOKEN, {b"x-gitlab-token": SECRET[:-1]}),
        (TOKEN, {b"x-gitlab-token": "ü".encode()}),
        (HMAC, {}),
        (HMAC, {b"x-hub-signature-256": b"sha256=" + DIGEST[:-1] + b"0" * 2}),
        (HMAC, {b"x-hub-signature-256": SECRET}),
        (STANDARD, {}),
        (STANDARD, standard(secret=b"another")),
        (STANDARD, standard(body=b"{}")),
        (STANDARD, standard(at=NOW - TOLERANCE - 1)),
        (STANDARD, standard(at=NOW + TOLERANCE + 1)),
        (STANDARD, standard() | {b"webhook-id": b"m2"}),
        (STANDARD, standard() | {b"webhook-timestamp": b"1" * 5000}),
        (STANDARD, standard() | {b"webhook-signature": standard()[b"webhook-signature"][3:]}),
    ],
)
def test_who_does_not_is_refused(recipe: Verification, headers: dict[bytes, bytes]) -> None:
    with pytest.raises(Refusal) as caught:
        verify(recipe, SECRET, headers, BODY, NOW)
    assert caught.value.status == 401
    assert SECRET.decode() not in str(caught.value)
