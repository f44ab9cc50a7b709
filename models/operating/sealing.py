"""Addresses of receivers as they are stored: the host can be read, the rest only with our secret.

What follows the host is often a secret itself: a `?token=`, or with Slack and Discord the whole
path.
"""

import base64
import hashlib
import hmac
from urllib.parse import urlsplit

from pydantic import SecretStr

# The library that seals takes some seven megabytes, so that only who seals imports it.
_SEAL = "/…#"


class SealedElsewhereError(ValueError):
    """The address was sealed with another secret."""


class Sealer:
    """Seals addresses with a key made of the setting WEBHOOK_SIGNING_SECRET."""

    def __init__(self, secret: SecretStr) -> None:
        from cryptography.fernet import Fernet  # noqa: PLC0415 - see above

        given = secret.get_secret_value().encode()
        key = hmac.new(given, b"addresses of webhooks", hashlib.sha256).digest()
        self._fernet = Fernet(base64.urlsafe_b64encode(key))

    def seal(self, url: str) -> str:
        """The address as it is stored; the text differs each time."""
        return f"{_host(url)}{_SEAL}{self._fernet.encrypt(url.encode()).decode()}"

    def opened(self, address: str) -> str:
        """The address to call. An address that an older version stored is not sealed.

        Raises:
            SealedElsewhereError: it was sealed with another secret.

        """
        if not is_sealed(address):
            return address
        from cryptography.fernet import InvalidToken  # noqa: PLC0415 - see above

        sealed = address.partition(_SEAL)[2]
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise SealedElsewhereError(
                "its URL was stored with another WEBHOOK_SIGNING_SECRET: remove the webhook and add it again"
            ) from error


def is_sealed(address: str) -> bool:
    """Whether the address is sealed."""
    return _SEAL in address


def shown_address(address: str) -> str:
    """The address as people may see it: with nothing after the host."""
    return f"{_host(address)}/…"


def _host(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
