"""Addresses and hosts that settings name, looked at before anything is started with them."""

import ipaddress
import re
from urllib.parse import SplitResult, urlsplit

from models.rules.addresses import leads_to_the_link

_NAME = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?:\.(?!-)[A-Za-z0-9-]{1,63})*\.?")


def read_address(url: str, schemes: str, otherwise: str) -> SplitResult:
    """The parts of an address whose scheme is one of these words, without query and fragment, on a
    host and port.

    Raises:
        ValueError: it is none; the words are `otherwise`, as the library's own would show the
            value.

    """
    try:
        parts = urlsplit(url)
        is_whole = bool(parts.hostname) and parts.port != 0 and _is_named(parts.hostname or "")
    except ValueError as error:
        raise ValueError(otherwise) from error
    is_clean = url.isprintable() and not any(letter.isspace() for letter in url)
    if (
        parts.scheme not in schemes.split()
        or not is_whole
        or not is_clean
        or parts.query
        or parts.fragment
    ):
        raise ValueError(otherwise)
    if leads_to_the_link(parts.hostname):
        raise ValueError(
            "must be no link-local address: clouds keep their machines' credentials there",
        )
    return parts


def is_host(text: str) -> bool:
    """Whether it is an address or the name of a machine, and nothing more, such as a port."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        # What ends in a number is an address to every resolver, and no address was read.
        return (
            _NAME.fullmatch(text) is not None
            and not text.rstrip(".").rpartition(".")[2].isdecimal()
        )
    return True


def _is_named(host: str) -> bool:
    """A host in an address; its name may be written in any script."""
    return is_host(host) or (not host.isascii() and not re.search(r"[\s/\\@:?#]", host))
