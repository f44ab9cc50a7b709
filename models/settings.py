"""The settings, from the environment or `.env`. Built once in each `__main__` and handed on."""

from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

import sqlalchemy
from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ENV_FILE = ".env"

_Port = Annotated[int, Field(ge=1, le=65535)]
_WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  # what such a host is reached as from this machine


class SettingsError(SystemExit):
    """A setting makes no sense. Nothing can start then, so uncaught it ends the process with these words."""


class Settings(BaseSettings):
    """Every setting under its name in lower case. A blank one has its default; the environment beats `.env`.

    `local_chat_port` 0 turns the room off; `report_retention_days` is how long reports are kept. `database_url` may
    hold a password and is never shown.
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
