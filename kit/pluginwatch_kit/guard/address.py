"""Where a Guard reports to: by argument, by environment, or by a file."""

import configparser
import os
from pathlib import Path
from typing import NamedTuple, Optional
from urllib.parse import urlsplit

from pluginwatch_kit.guard.folders import home

_SECTION = "pluginwatch"


class AddressError(ValueError):
    """The address or the key is not one; the words say what would be."""


class Address(NamedTuple):
    """Pluginwatch's address, a site or user key, and the domain that speaks: the key's own if it is empty."""

    url: str
    key: str
    domain: str = ""


def find(url: str = "", key: str = "", domain: str = "", file: str = "") -> Optional[Address]:
    """The address; None where none is told, or its key is not. Arguments come first, then the environment, then a file.

    The variables are PLUGINWATCH_URL, PLUGINWATCH_KEY, PLUGINWATCH_DOMAIN and PLUGINWATCH_FILE, which names the file;
    it is pluginwatch/guard.ini in the user's folder for settings unless something names another.

    Raises:
        AddressError: what is told is no address or no key.
    """
    told = _read(file)
    values = [
        argument or os.environ.get(f"PLUGINWATCH_{name.upper()}") or told.get(name, "")
        for name, argument in (("url", url), ("key", key), ("domain", domain))
    ]
    address = Address(*(value.strip() for value in values))
    if not address.url or not address.key:
        return None
    if urlsplit(address.url).scheme not in {"http", "https"} or not urlsplit(address.url).hostname:
        raise AddressError("the address must be one as in https://pluginwatch.example.com")
    if not (address.key.isascii() and address.key.isprintable()) or " " in address.key:
        raise AddressError("the key must be one line, as `keys create` prints it")
    return address._replace(url=address.url.rstrip("/"))


def _read(file: str) -> dict[str, str]:
    named = file or os.environ.get("PLUGINWATCH_FILE")
    settings = os.environ.get("XDG_CONFIG_HOME") or str(home() / ".config")
    path = Path(named or Path(settings) / "pluginwatch" / "guard.ini")
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if named:
            raise AddressError(f"there is no file {path}") from None
        return {}
    except (OSError, UnicodeDecodeError, configparser.Error):
        raise AddressError(
            f"{path} cannot be read; it must hold [{_SECTION}], url = … and key = …"
        ) from None
    return dict(parser[_SECTION]) if parser.has_section(_SECTION) else {}
