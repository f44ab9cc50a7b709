"""What is sent back to a site that asked for a key, in the form that Discourse gives it: for its eyes only."""

import base64
import json
from typing import TYPE_CHECKING

# The library that encrypts takes some seven megabytes, so that only who encrypts imports it.
if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

# Discourse's clients make keys of 2,048 bits.
_LEAST_BITS = 2048
_MOST_BITS = 4096
_LONGEST_PEM = 2_000
# The version of Discourse's interface for user keys; its clients pass it over.
_INTERFACE = 4


class UnfitKeyError(ValueError):
    """Nothing can be encrypted with this public key; the message says what would do."""


def read_public_key(pem: str) -> str:
    """The RSA key in the one spelling in which it is stored.

    Raises:
        UnfitKeyError: it is no RSA public key in PEM, or of a size that is too small or too large.

    """
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415 - see above
        Encoding,
        PublicFormat,
    )

    found = _loaded(pem)
    return found.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def encrypted(public_key: str, key: str, nonce: str) -> str:
    """The key and the nonce as Discourse sends them: JSON, encrypted with the RSA key, in base64.

    Raises:
        UnfitKeyError: there is no room for that.

    """
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15  # noqa: PLC0415 - see above

    said = {"key": key, "nonce": nonce, "push": False, "api": _INTERFACE}
    try:
        sealed = _loaded(public_key).encrypt(json.dumps(said).encode(), PKCS1v15())
    except ValueError as error:
        raise UnfitKeyError("a nonce this long does not fit: send 32 characters") from error
    return base64.b64encode(sealed).decode()


def _loaded(pem: str) -> "RSAPublicKey":
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 - see above
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey  # noqa: PLC0415 - see above
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415 - see above
        load_pem_public_key,
    )

    if len(pem) > _LONGEST_PEM:
        raise UnfitKeyError(f"the public key is longer than {_MOST_BITS} bits need")
    try:
        found = load_pem_public_key(pem.encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise UnfitKeyError("send an RSA public key in PEM, -----BEGIN PUBLIC KEY-----") from error
    if not isinstance(found, RSAPublicKey):
        raise UnfitKeyError("send an RSA public key; this one is of another kind")
    if not _LEAST_BITS <= found.key_size <= _MOST_BITS:
        words = f"send an RSA key of {_LEAST_BITS} to {_MOST_BITS} bits"
        raise UnfitKeyError(f"{words}; this one has {found.key_size}")
    return found
