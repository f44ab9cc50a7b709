"""The options of an extension, as the operator set them in the environment or in `.env` of the jobs process."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import SecretStr

from models.extensions.manifest import Manifest
from models.extensions.manifest.declared import Option
from models.settings import ENV_FILE
from models.settings.addresses import read_address
from models.settings.realms import OPTION_PREFIX

Value = str | int | bool

_LEAST_SECRET = 8  # a shorter one could not be told from other text, to keep it out of answers
_TRUTHS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
_OPERATORS = "option:"
NONE: Mapping[str, str] = MappingProxyType({})


class OptionsError(ValueError):
    """Options are missing or make no sense; the words name every one of them, and show no value."""


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret, and the only server that it is sent to, as HOST or HOST:PORT."""

    value: SecretStr
    sent_to: str


@dataclass(frozen=True, slots=True)
class Options:
    """What the realm is told (`values`), what it never sees (`secrets`, which are sent to servers), and the servers
    that may be fetched from. Secrets by which webhooks are verified are in neither.
    """

    values: Mapping[str, Value]
    secrets: Mapping[str, Secret]
    servers: frozenset[str]


def environment() -> dict[str, str]:
    """The variables of this process, and beneath them those of `.env`."""
    file = {name: value for name, value in dotenv_values(ENV_FILE).items() if value}
    return {**file, **os.environ}


def variable(handle: str, name: str) -> str:
    """The variable in which an option stands."""
    return f"{OPTION_PREFIX}{handle}_{name}".upper()


def read_value(option: Option, text: str) -> Value:
    """The value that this text is of the option.

    Raises:
        ValueError: it is none; the words say what would be.
    """
    return _READERS[option.type](text.strip(), option)


def read_options(
    manifest: Manifest, variables: Mapping[str, str], chosen: Mapping[str, str] = NONE
) -> Options:
    """The options' values: from the variables, else as `chosen` in chat where that is allowed, else the usual ones.

    Raises:
        OptionsError: some are missing or make no sense.
    """
    problems: list[str] = []
    found: dict[str, Value] = {}
    for name, option in manifest.option.items():
        where = variable(manifest.handle, name)
        text = variables.get(where, "").strip()
        if not text and may_be_chosen(option):
            text = chosen.get(name, "")
        try:
            value = _READERS[option.type](text, option) if text else option.default
        except ValueError as error:
            problems.append(f"{where} {error}")
            continue
        if value is not None:
            found[name] = value
        elif option.required or option.sent_to is not None:
            problems.append(f"{where} is missing: {option.about}")
    if problems:
        raise OptionsError("; ".join(problems))
    return _options(manifest, found)


def may_be_chosen(option: Option) -> bool:
    """Whether it may be set in chat: no secret ever is, and most are the operator's."""
    return option.type != "secret" and option.power != "operator"


def _options(manifest: Manifest, found: Mapping[str, Value]) -> Options:
    secrets: dict[str, Secret] = {}
    values: dict[str, Value] = {}
    for name, value in found.items():
        sent_to = manifest.option[name].sent_to
        if manifest.option[name].type != "secret":
            values[name] = value
        elif sent_to is not None:
            secrets[name] = Secret(SecretStr(str(value)), _server(sent_to, found))
    servers = {_server(name, found) for name in manifest.may.fetch}
    return Options(values, secrets, frozenset(filter(None, servers)))


def _server(name: str, found: Mapping[str, Value]) -> str:
    """The host itself, or that of the option that stands in its place; empty while that is not set."""
    if not name.startswith(_OPERATORS):
        return name
    return urlsplit(str(found.get(name.removeprefix(_OPERATORS), ""))).netloc


def _integer(text: str, _option: Option) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise ValueError("must be a whole number") from error


def _flag(text: str, _option: Option) -> bool:
    if text.lower() not in _TRUTHS:
        raise ValueError("must be true or false")
    return _TRUTHS[text.lower()]


def _choice(text: str, option: Option) -> str:
    if text not in option.of:
        raise ValueError(f"must be one of {', '.join(option.of)}")
    return text


def _address(text: str, _option: Option) -> str:
    words = "must be the address of a server, such as https://gitlab.example.com"
    parts = read_address(text, "http https", words)
    if parts.username or parts.password:
        raise ValueError("must hold no password: a secret is an option of its own")
    return text.rstrip("/")


def _secret(text: str, _option: Option) -> str:
    if len(text) < _LEAST_SECRET:
        raise ValueError(f"must have {_LEAST_SECRET} characters at least")
    return text


def _text(text: str, _option: Option) -> str:
    return text


_READERS: Mapping[str, Callable[[str, Option], Value]] = {
    "text": _text,
    "integer": _integer,
    "flag": _flag,
    "choice": _choice,
    "server": _address,
    "secret": _secret,
}
