"""The settings of the browser canary: which servers it looks at, as whom, and when."""

import json
import shutil
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings

from models.rules.domains import NoDomainError, normal_domain
from models.settings.addresses import read_address

# As Debian, others and Google call it.
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_FORM = (
    'must be JSON such as {"tests-passed": {"url": "https://…", "username": "…", "password": "…"}}'
)
_LEAST_SECRET = 4  # redacting a shorter one would make a log unreadable
_REQUIRED = {"missing": "is missing", "extra_forbidden": "is no setting of a server"}


def _clock(text: str) -> str:
    hour, _, minute = text.partition(":")
    is_clock = len(hour) == len(minute) == 2 and (hour + minute).isdecimal()
    if not is_clock or int(hour) > 23 or int(minute) > 59:
        raise ValueError('must be a time of day, such as "03:15"')
    return text


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError('must be a time zone, such as "UTC" or "Europe/Paris"') from error
    return name


def _site(url: str) -> str:
    parts = read_address(
        url,
        "http https",
        "must be the site's address, such as https://forum.example.com",
    )
    if parts.username or parts.password:
        raise ValueError("must hold no password; give it as basic_auth")
    return url.rstrip("/")


class Server(BaseModel):
    """A server that is tested every day `at` a time of day in `zone`, and whose host follows
    `branch`.

    An attempt takes `run_seconds` at the most, each of its steps `step_seconds`, and
    `pause_seconds` lie between two. `basic_auth` is USER:PASSWORD, if the site asks for it before
    it shows anything.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    name: str
    url: Annotated[str, AfterValidator(_site)]
    username: Annotated[str, Field(min_length=1)]
    password: SecretStr
    basic_auth: SecretStr = SecretStr("")
    branch: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^\S+$")]
    at: Annotated[str, AfterValidator(_clock)] = "03:15"
    zone: Annotated[str, AfterValidator(_zone)] = "UTC"
    attempts: Annotated[int, Field(ge=1, le=3)] = 3
    step_seconds: Annotated[float, Field(gt=0, le=600)] = 100
    run_seconds: Annotated[float, Field(gt=0, le=600)] = 600
    pause_seconds: Annotated[float, Field(ge=0, le=30)] = 10

    @model_validator(mode="before")
    @classmethod
    def _follows_its_name(cls, raw: dict[str, Any]) -> dict[str, Any]:
        return {"branch": raw["name"], **raw}

    @field_validator("password")
    @classmethod
    def _long_enough(cls, password: SecretStr) -> SecretStr:
        if len(password.get_secret_value()) < _LEAST_SECRET:
            raise ValueError(f"must have {_LEAST_SECRET} characters at least")
        return password

    @field_validator("basic_auth")
    @classmethod
    def _pair(cls, basic: SecretStr) -> SecretStr:
        given = basic.get_secret_value()
        user, _, password = given.partition(":")
        if given and (not user or len(password) < _LEAST_SECRET):
            raise ValueError(
                f"must be USER:PASSWORD, with {_LEAST_SECRET} characters at least in the password",
            )
        return basic

    @property
    def due(self) -> str:
        """When it is tested, in words."""
        return f"{self.at} {self.zone}"


def installed_browser() -> str | None:
    """Where this machine's Chromium is, if it has one."""
    return next(filter(None, map(shutil.which, _BROWSERS)), None)


def read_servers(text: str) -> tuple[Server, ...]:
    """The servers of the setting, in its order.

    Raises:
        ValueError: it makes no sense; the words say where, and show no value.
    """
    if not text.strip():
        return ()
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(_FORM) from error
    if not isinstance(raw, dict) or not all(isinstance(one, dict) for one in raw.values()):
        raise ValueError(_FORM)
    servers = tuple(_server(name, one) for name, one in raw.items())
    if len({server.name for server in servers}) < len(servers):
        raise ValueError("names a server twice")
    return servers


def _server(name: str, raw: dict[str, Any]) -> Server:
    try:
        known_as = normal_domain(name)
    except NoDomainError as error:
        raise ValueError(
            "has a server whose name is not like tests-passed or forum.example.com",
        ) from error
    if "name" in raw:
        raise ValueError(f"has a name inside {known_as}; the name stands before it")
    try:
        return Server(**{**raw, "name": known_as})
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False, include_context=False)[0]
        field = str(found["loc"][0]) if found["loc"] else "it"
        raise ValueError(
            f"for {known_as}: {field} {_words(found['type'], found['msg'])}",
        ) from error


def _words(kind: str, message: str) -> str:
    said = _REQUIRED.get(kind) or message.removeprefix("Value error, ")
    return said.replace("Input should", "should", 1).replace("String should", "should", 1)


class CanarySettings(BaseSettings):
    """The settings of the browser canary. `canary_servers` is JSON, by the servers' names, and
    holds passwords.

    `canary_steps` is a Python file whose STEPS are gone through in place of the usual ones. Without
    `canary_sandbox` a page that breaks out of the browser is on this machine: it is for where there
    can be no sandbox.
    """

    canary_servers: SecretStr = SecretStr("")
    canary_steps: str = ""
    canary_sandbox: bool = True

    @property
    def canaries(self) -> tuple[Server, ...]:
        """The servers that the browser canary looks at."""
        return read_servers(self.canary_servers.get_secret_value())

    @field_validator("canary_servers")
    @classmethod
    def _servers(cls, text: SecretStr) -> SecretStr:
        read_servers(text.get_secret_value())
        return text

    @field_validator("canary_steps")
    @classmethod
    def _steps(cls, path: str) -> str:
        if path and not Path(path).is_file():
            raise ValueError("must be the path of a Python file")
        return path
