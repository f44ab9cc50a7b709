"""The settings, from the environment or `.env`. Built once in each `__main__` and handed on."""

from pathlib import Path
from typing import Any, Literal, Self

import sqlalchemy
from pydantic import (
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import SettingsConfigDict

from models.rules.authority import Holder, read_admins
from models.settings.addresses import is_host, read_address
from models.settings.canary import CanarySettings
from models.settings.delivery import DeliverySettings
from models.settings.extensions import ExtensionSettings
from models.settings.files import troubles
from models.settings.github import GithubSettings
from models.settings.link_signing import KEYS_FILE, LinkSettings
from models.settings.proxies import ProxySettings
from models.settings.realms import RealmSettings
from models.settings.slack import Port, SlackSettings

ENV_FILE = ".env"

_WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  # what such a host is reached as from this machine


class SettingsError(SystemExit):
    """A setting makes no sense.

    Nothing can start then, so uncaught it ends the process with these words.
    """


class Settings(
    SlackSettings,
    CanarySettings,
    GithubSettings,
    DeliverySettings,
    ProxySettings,
    LinkSettings,
    ExtensionSettings,
    RealmSettings,
):
    """Every setting under its name in lower case.

    A blank one has its default; the environment beats `.env`.

    `local_chat_port` 0 turns the room off; the `…_retention_days` are how long reports, and a
    canary run's log and screenshot, are kept. `database_url` may hold a password and is never
    shown. `admins` are people as platform:workspace:user, separated by commas.
    """

    model_config = SettingsConfigDict(
        env_file=(KEYS_FILE, ENV_FILE),
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    host: str = "127.0.0.1"
    port: Port = 8000
    local_chat_port: int = Field(default=8001, ge=0, le=65535)
    database_url: str = Field(default="sqlite:///pluginwatch.sqlite3", repr=False)
    public_url: str = ""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] = "INFO"
    report_retention_days: int = Field(default=30, ge=1, le=36_500)
    artefact_retention_days: int = Field(default=7, ge=1, le=36_500)
    admins: str = ""
    discord_token: SecretStr = SecretStr("")
    discord_api_url: str = "https://discord.com/api/v10"
    discord_gateway_url: str = "wss://gateway.discord.gg/"

    @property
    def reaches_far_chat(self) -> bool:
        """Whether there is a chat platform beside the room of this machine."""
        tokens = (self.slack_bot_token, self.discord_token)
        return any(token.get_secret_value() for token in tokens)

    @property
    def appointed(self) -> tuple[Holder, ...]:
        """The people that `admins` names."""
        return read_admins(self.admins)

    @classmethod
    def load(cls) -> Self:
        """Read the settings.

        Raises:
            SettingsError: a setting is not valid; the message names it without showing its value.
        """
        wrong: list[str] = []
        for file in (ENV_FILE, KEYS_FILE):
            wrong += troubles(Path(file), cls._known())
        try:
            settings = cls()
        except ValidationError as error:
            wrong += [
                f"{_name(found['loc'])} {_words(found['msg'])}"
                for found in error.errors(include_url=False)
            ]
        except (OSError, UnicodeDecodeError):
            pass  # told above, with the file's name
        if wrong:
            raise SettingsError("\n".join(wrong))
        return settings

    @classmethod
    def _known(cls) -> dict[str, bool]:
        """The settings' names as a file has them, each with whether it is a secret.

        A database's address may be one.
        """
        secret = {name for name, field in cls.model_fields.items() if field.annotation is SecretStr}
        return {name.upper(): name in {*secret, "database_url"} for name in cls.model_fields}

    @model_validator(mode="before")
    @classmethod
    def _without_blanks(cls, raw: dict[str, Any]) -> dict[str, Any]:
        stripped = {
            name: value.strip() if isinstance(value, str) else value for name, value in raw.items()
        }
        return {name: value for name, value in stripped.items() if value != ""}

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, level: Any) -> Any:
        return level.upper() if isinstance(level, str) else level

    @field_validator("database_url")
    @classmethod
    def _database(cls, url: str) -> str:
        # Heroku and others still hand out the scheme that SQLAlchemy dropped.
        url = (
            url.replace("postgres://", "postgresql://", 1) if url.startswith("postgres://") else url
        )
        try:
            parsed = sqlalchemy.make_url(url)
        except (sqlalchemy.exc.ArgumentError, ValueError) as error:
            raise ValueError(
                "is no database URL: use sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME"
            ) from error
        if parsed.get_backend_name() not in {"sqlite", "postgresql"}:
            raise ValueError("is of another kind of database: use sqlite:///FILE or postgresql://…")
        if parsed.get_backend_name() == "sqlite" and parsed.database in {None, "", ":memory:"}:
            raise ValueError(
                "names no file: the processes meet in the database, so use sqlite:///FILE"
            )
        return url

    @field_validator("host")
    @classmethod
    def _host(cls, host: str) -> str:
        if not is_host(host):
            raise ValueError(
                "must be an address or the name of this machine, such as 127.0.0.1 or 0.0.0.0, and no port"
            )
        return host

    @field_validator("admins")
    @classmethod
    def _admins(cls, text: str) -> str:
        read_admins(text)
        return text

    @field_validator("public_url")
    @classmethod
    def _public(cls, url: str) -> str:
        if not url:
            return url
        parts = read_address(
            url,
            "http https",
            "must be the address that people reach, such as https://pluginwatch.example.com",
        )
        if parts.username or parts.password:
            raise ValueError("must hold no password: it is shown to people")
        if parts.path.strip("/"):
            raise ValueError(
                "must end with the host or port, as nothing is served below a path: give Pluginwatch a name of its "
                "own, such as https://pluginwatch.example.com"
            )
        return url.rstrip("/")

    @field_validator("discord_api_url", "discord_gateway_url")
    @classmethod
    def _discord(cls, url: str, info: ValidationInfo) -> str:
        if info.field_name == "discord_api_url":
            read_address(
                url,
                "http https",
                "must be where Discord's API is, such as https://discord.com/api/v10",
            )
        else:
            read_address(
                url,
                "ws wss",
                "must be where Discord's gateway is, such as wss://gateway.discord.gg/",
            )
        return url

    @model_validator(mode="after")
    def _ports_apart(self) -> Self:
        ports = {"PORT": self.port, "LOCAL_CHAT_PORT": self.local_chat_port}
        if (
            self.slack_signing_secret.get_secret_value()
            and not self.slack_app_token.get_secret_value()
        ):
            ports["SLACK_PORT"] = self.slack_port
        for name, port in ports.items():
            if same := [other for other in ports if other > name and port and ports[other] == port]:
                raise ValueError(
                    f"have {name} and {same[0]} on the same port: give them different ones"
                )
        return self

    @model_validator(mode="after")
    def _link_key_with_postgresql(self) -> Self:
        if (
            self.database_url.startswith("postgresql")
            and not self.link_signing_key.get_secret_value()
        ):
            raise ValueError(
                "have PostgreSQL in DATABASE_URL but no LINK_SIGNING_KEY, the same for every process on every machine: "
                "set it to what openssl rand -hex 32 makes"
            )
        return self

    @model_validator(mode="after")
    def _public_by_default(self) -> Self:
        if not self.public_url:
            host = _WILDCARDS.get(self.host, self.host)
            shown = f"[{host}]" if ":" in host else host
            object.__setattr__(self, "public_url", f"http://{shown}:{self.port}")
        return self


def _name(location: tuple[int | str, ...]) -> str:
    return str(location[0]).upper() if location else "the settings"


def _words(message: str) -> str:
    return message.removeprefix("Value error, ").replace("Input should", "should", 1)
