"""The settings of what leaves chat: mail, topics on a Discourse site, and webhooks."""

from typing import NamedTuple, Self
from urllib.parse import unquote, urlsplit

from pydantic import SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings

from models.rules.mailboxes import is_mailbox
from models.settings.addresses import read_address

_SMTP = "must be where mail is handed over, such as smtp://user:password@mail.example.com:587 or smtps://…:465"
_LEAST_SECRET = 32


class SmtpServer(NamedTuple):
    """Where mail is handed over; `is_tls` from the first byte on, else STARTTLS wherever the
    server offers it.
    """

    host: str
    port: int
    user: str
    password: str
    is_tls: bool


class DeliverySettings(BaseSettings):
    """Each way is off while its address, or its secret, is blank.

    `webhook_private_hosts` names hosts, separated by commas, to which webhooks may go although they
    are not public.
    """

    smtp_url: SecretStr = SecretStr("")
    smtp_from: str = ""
    discourse_url: str = ""
    discourse_api_key: SecretStr = SecretStr("")
    discourse_api_username: str = "system"
    discourse_category: str = ""
    discourse_tags: str = ""
    webhook_signing_secret: SecretStr = SecretStr("")
    webhook_private_hosts: str = ""

    @property
    def smtp(self) -> SmtpServer:
        """The mail server."""
        parts = urlsplit(self.smtp_url.get_secret_value())
        is_tls = parts.scheme == "smtps"
        port = parts.port or (465 if is_tls else 587)
        return SmtpServer(
            parts.hostname or "",
            port,
            unquote(parts.username or ""),
            unquote(parts.password or ""),
            is_tls,
        )

    @property
    def private_hosts(self) -> frozenset[str]:
        """The hosts that `webhook_private_hosts` names, in lower case."""
        return frozenset(_listed(self.webhook_private_hosts.lower()))

    @property
    def topic_tags(self) -> tuple[str, ...]:
        """The tags of topics."""
        return _listed(self.discourse_tags)

    @field_validator("smtp_url")
    @classmethod
    def _smtp(cls, url: SecretStr) -> SecretStr:
        if url.get_secret_value():
            read_address(url.get_secret_value(), "smtp smtps", _SMTP)
        return url

    @field_validator("smtp_from")
    @classmethod
    def _from(cls, address: str) -> str:
        if address and not is_mailbox(address):
            raise ValueError("must be one e-mail address, such as pluginwatch@example.com")
        return address

    @field_validator("discourse_url")
    @classmethod
    def _site(cls, url: str) -> str:
        if not url:
            return url
        words = "must be where the Discourse site is, such as https://forum.example.com"
        parts = read_address(url, "http https", words)
        if parts.username or parts.password:
            raise ValueError("must hold no password: DISCOURSE_API_KEY is for that")
        return url.rstrip("/")

    @field_validator("discourse_category")
    @classmethod
    def _category(cls, number: str) -> str:
        if number and not (number.isascii() and number.isdecimal()):
            raise ValueError(
                "must be the category's number: it stands at the end of the category's address",
            )
        return number

    @field_validator("webhook_signing_secret")
    @classmethod
    def _signing(cls, secret: SecretStr) -> SecretStr:
        if 0 < len(secret.get_secret_value()) < _LEAST_SECRET:
            raise ValueError(
                f"must have at least {_LEAST_SECRET} characters, such as openssl rand -hex 32 makes",
            )
        return secret

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.smtp_url.get_secret_value() and not self.smtp_from:
            raise ValueError(
                "have SMTP_URL but no SMTP_FROM, the address that mail comes from: set it as well",
            )
        if self.discourse_url and not self.discourse_api_key.get_secret_value():
            raise ValueError(
                "have DISCOURSE_URL but no DISCOURSE_API_KEY: make one in the site's admin pages",
            )
        return self


def _listed(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())
