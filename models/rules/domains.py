"""Domains of sites, as they are stored and compared. Pure."""

import re

_LONGEST = 253
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?", re.ASCII)
_NO_DOMAIN = "the domain must be a host name alone, such as forum.example.com, without https://, port or path"


class NoDomainError(ValueError):
    """A text is no domain; the message says what would be one."""


def normal_domain(text: str) -> str:
    """A domain as it is stored and compared: lower case, in its ASCII form, without a trailing dot.

    Raises:
        NoDomainError: it is no domain, or more than one, such as an address with a port.

    """
    try:
        found = text.strip().lower().encode("idna").decode("ascii").removesuffix(".")
    except UnicodeError as error:
        raise NoDomainError(_NO_DOMAIN) from error
    if len(found) > _LONGEST or not all(_LABEL.fullmatch(label) for label in found.split(".")):
        raise NoDomainError(_NO_DOMAIN)
    return found
