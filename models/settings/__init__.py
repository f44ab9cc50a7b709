"""The settings, from the environment or `.env`. Built once in each `__main__` and handed on."""

from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

import sqlalchemy
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_settings import SettingsConfigDict

from models.rules.authority import Holder, read_admins
from models.settings.canary import CanarySettings
from models.settings.delivery import DeliverySettings
from models.settings.github import GithubSettings
from models.settings.proxies import ProxySettings

ENV_FILE = ".env"

_Port = Annotated[int, Field(ge=1, le=65535)]
_WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  # what such a host is reached as from this machine


class SettingsError(SystemExit):
    """A setting makes no sense. Nothing can start then, so uncaught it ends the process with these words."""


class Settings(CanarySettings, GithubSettings, DeliverySettings, ProxySettings):
    """Every setting under its name in lower case. A blank one has its default; the environment beats `.env`.

    `local_chat_port` 0 turns the room off; the `…_retention_days` are how long reports, and a canary run's log and
    screenshot, are kept. `database_url` may hold a password and is never shown. `admins` are people as
    platform:workspace:user, separated by commas. Slack is on with a bot token; the app token means Socket Mode, and
    without one the signing secret means HTTP on `slack_port`.
    """

    model_config = SettingsConfigDict(
        env_file=ENV_FILE, env_ignore_empty=True, extra="ignore", frozen=True, hide_input_in_errors=True
    )

    host: str = "127.0.0.1"
    port: _Port = 8000
    local_chat_port: int = Field(default=8001, ge=0, le=65535)
    database_url: str = Field(default="sqlite:///pluginwatch.sqlite3", repr=False)
    public_url: str = ""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] = "INFO"
    report_retention_days: int = Field(default=30, ge=1, le=36_500)
    artefact_retention_days: int = Field(default=7, ge=1, le=36_500)
    admins: str = ""
    slack_bot_token: SecretStr = SecretStr("")
    slack_app_token: SecretStr = SecretStr("")
    slack_signing_secret: SecretStr = SecretStr("")
    slack_port: _Port = 8002
    slack_api_url: str = "https://slack.com/api/"
    discord_token: SecretStr = SecretStr("")
    discord_api_url: str = "https://discord.com/api/v10"
    discord_gateway_url: str = "wss://gateway.discord.gg/"

    @property
    def appointed(self) -> tuple[Holder, ...]:
        """The people that `admins` names."""
        return read_admins(self.admins)

    @classmethod
    def load(cls) -> Self:
        """Read the settings.

        Raises:
            SettingsError: one makes no sense; the words name it without showing its value.

        """
        try:
            return cls()
        except ValidationError as error:
            lines = [f"{_name(found['loc'])} {_words(found['msg'])}" for found in error.errors(include_url=False)]
            raise SettingsError("\n".join(lines)) from error
        except UnicodeDecodeError as error:
            raise SettingsError(f"{ENV_FILE} is not UTF-8 text") from error

    @model_validator(mode="before")
    @classmethod
    def _without_blanks(cls, raw: dict[str, Any]) -> dict[str, Any]:
        stripped = {name: value.strip() if isinstance(value, str) else value for name, value in raw.items()}
        return {name: value for name, value in stripped.items() if value != ""}

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, level: Any) -> Any:
        return level.upper() if isinstance(level, str) else level

    @field_validator("database_url")
    @classmethod
    def _database(cls, url: str) -> str:
        # Heroku and others still hand out the scheme that SQLAlchemy dropped.
        url = url.replace("postgres://", "postgresql://", 1) if url.startswith("postgres://") else url
        try:
            parsed = sqlalchemy.make_url(url)
        except (sqlalchemy.exc.ArgumentError, ValueError) as error:
            raise ValueError(
                "is no database URL: use sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME"
            ) from error
        if parsed.get_backend_name() not in {"sqlite", "postgresql"}:
            raise ValueError(f"starts with {parsed.drivername}://: use sqlite:///FILE or postgresql://…")
        if parsed.get_backend_name() == "sqlite" and parsed.database in {None, "", ":memory:"}:
            raise ValueError("names no file: the processes meet in the database, so use sqlite:///FILE")
        return url

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
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("must be the address that people reach, such as https://pluginwatch.example.com")
        if parts.username or parts.password:
            raise ValueError("must hold no password: it is shown to people")
        return url.rstrip("/")

    @field_validator("slack_bot_token", "slack_app_token")
    @classmethod
    def _slack_token(cls, token: SecretStr, info: ValidationInfo) -> SecretStr:
        begins = "xoxb-" if info.field_name == "slack_bot_token" else "xapp-"
        if token.get_secret_value() and not token.get_secret_value().startswith(begins):
            raise ValueError(f"should begin with {begins}: Slack has several tokens, and this is another one")
        return token

    @field_validator("slack_api_url")
    @classmethod
    def _slack_api(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("must be where Slack's methods are, such as https://slack.com/api/")
        return f"{url.rstrip('/')}/"

    @field_validator("discord_api_url", "discord_gateway_url")
    @classmethod
    def _discord(cls, url: str, info: ValidationInfo) -> str:
        parts, web = urlsplit(url), info.field_name == "discord_api_url"
        if parts.scheme not in ({"http", "https"} if web else {"ws", "wss"}) or not parts.hostname or parts.query:
            where = (
                "API is, such as https://discord.com/api/v10"
                if web
                else "gateway is, such as wss://gateway.discord.gg/"
            )
            raise ValueError(f"must be where Discord's {where}")
        return url

    @model_validator(mode="after")
    def _slack_in_pairs(self) -> Self:
        bot, app, signing = self.slack_bot_token, self.slack_app_token, self.slack_signing_secret
        if bot.get_secret_value() and not (app.get_secret_value() or signing.get_secret_value()):
            raise ValueError(
                "have SLACK_BOT_TOKEN but neither SLACK_APP_TOKEN (for Socket Mode, which needs no public address) "
                "nor SLACK_SIGNING_SECRET (for HTTP): set one of them"
            )
        if not bot.get_secret_value() and (app.get_secret_value() or signing.get_secret_value()):
            alone = "SLACK_APP_TOKEN" if app.get_secret_value() else "SLACK_SIGNING_SECRET"
            raise ValueError(f"have {alone} but no SLACK_BOT_TOKEN, which begins with xoxb-: set it as well")
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
