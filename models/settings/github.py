"""The settings of GitHub: what it signs with, where it is asked, and as whom."""

from pathlib import Path
from typing import Self

from pydantic import SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings

from models.settings.addresses import read_address
from models.settings.files import open_to_all

LEAST_WEBHOOK_SECRET = 16
_BEGINS = "-----BEGIN "


class GithubSettings(BaseSettings):
    """`github_webhook_secret` holds several, separated by commas, while one replaces another.

    GitHub is asked as the App `github_app_id` with its private key (PEM, or a file that holds it),
    or with `github_token`; where both are set, the token is for what the App is not installed for.
    """

    github_webhook_secret: SecretStr = SecretStr("")
    github_api_url: str = "https://api.github.com"
    github_token: SecretStr = SecretStr("")
    github_app_id: str = ""
    github_app_private_key: SecretStr = SecretStr("")
    github_app_private_key_file: str = ""

    @property
    def github_secrets(self) -> tuple[bytes, ...]:
        """The secrets with which GitHub may sign now."""
        secrets = self.github_webhook_secret.get_secret_value().split(",")
        return tuple(secret.strip().encode() for secret in secrets if secret.strip())

    @property
    def asks_github(self) -> bool:
        """Whether GitHub is asked for what it does not deliver; as nobody it would answer 60
        times an hour.
        """
        return bool(self.github_app_id or self.github_token.get_secret_value())

    @field_validator("github_webhook_secret")
    @classmethod
    def _webhook_secrets(cls, text: SecretStr) -> SecretStr:
        secrets = [
            secret.strip() for secret in text.get_secret_value().split(",") if secret.strip()
        ]
        if text.get_secret_value() and (
            not secrets or min(map(len, secrets)) < LEAST_WEBHOOK_SECRET
        ):
            raise ValueError(
                f"must have {LEAST_WEBHOOK_SECRET} characters at least, each if there are two with a comma between: "
                "whoever guesses it can report anything in GitHub's name; openssl rand -hex 32 makes a good one"
            )
        return text

    @field_validator("github_api_url")
    @classmethod
    def _github_api(cls, url: str) -> str:
        read_address(
            url,
            "http https",
            "must be where GitHub's API is, such as https://api.github.com",
        )
        return url.rstrip("/")

    @field_validator("github_app_id")
    @classmethod
    def _github_app(cls, app_id: str) -> str:
        if app_id and not (app_id.isascii() and app_id.isalnum()):
            raise ValueError(
                "must be the App ID or the Client ID on the App's page, such as 123456",
            )
        return app_id

    @field_validator("github_app_private_key")
    @classmethod
    def _github_key(cls, key: SecretStr) -> SecretStr:
        # In an environment a line's end is often written as two characters.
        text = key.get_secret_value().replace("\\n", "\n")
        if text and not text.lstrip().startswith(_BEGINS):
            raise ValueError(
                "must be the private key that the App's page hands out: it begins with -----BEGIN",
            )
        return SecretStr(text)

    @model_validator(mode="after")
    def _github_app_in_pairs(self) -> Self:
        key, file = self.github_app_private_key.get_secret_value(), self.github_app_private_key_file
        if key and file:
            raise ValueError(
                "have GITHUB_APP_PRIVATE_KEY and GITHUB_APP_PRIVATE_KEY_FILE: set one of them",
            )
        if file:
            key = _read(file)
            object.__setattr__(self, "github_app_private_key", SecretStr(key))
        if bool(self.github_app_id) != bool(key):
            raise ValueError(
                "have GITHUB_APP_ID but no GITHUB_APP_PRIVATE_KEY (or GITHUB_APP_PRIVATE_KEY_FILE): set it as well"
                if self.github_app_id
                else "have a private key of a GitHub App but no GITHUB_APP_ID: set it as well"
            )
        return self


def _read(file: str) -> str:
    try:
        key = Path(file).read_text(encoding="ascii")
        who = open_to_all(Path(file))
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(
            "have a GITHUB_APP_PRIVATE_KEY_FILE that cannot be read: name the .pem file",
        ) from error
    if not key.lstrip().startswith(_BEGINS):
        raise ValueError(
            "have a GITHUB_APP_PRIVATE_KEY_FILE that holds no private key: it begins with -----BEGIN",
        )
    if who:
        raise ValueError(f"have a GITHUB_APP_PRIVATE_KEY_FILE, and {who}: chmod 600 the file")
    return key
