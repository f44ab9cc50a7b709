"""Domains of sites, as they are stored and compared. Pure."""

import re
from functools import lru_cache

_LONGEST = 253
# Marks that draw nothing are dropped, so that what is sent may be longer than what it stands for.
_LONGEST_RAW = 4 * _LONGEST
# Domains remembered in their normal form, as each site sends its own with every report.
_REMEMBERED = 4_096
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?", re.ASCII)
# What may be a domain within other words, and addresses of IP. A version such as 3.5 or 3.5.0.beta2 is neither.
_DOTTED = re.compile(r"(?<![\w-])[\w-]++(?:[.\u3002\uff0e\uff61][\w-]++)+")
_DOTS = re.compile(r"[.\u3002\uff0e\uff61]")
_IPV4 = re.compile(r"(?<!\d)\d{1,3}(?:\.\d{1,3}){3}(?!\d)")
_IPV6 = re.compile(r"(?<![\w:])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?![\w:])", re.IGNORECASE)
_OF_A_RELEASE = re.compile(r"(?:alpha|beta|rc)\d*(?:-\w+)?", re.IGNORECASE)
_NO_DOMAIN = "the domain must be a host name alone, such as forum.example.com, without https://, port or path"


class NoDomainError(ValueError):
    """A text is no domain; the message says what would be one."""


def normal_domain(text: str) -> str:
    """A domain as it is stored and compared: lower case, in its ASCII form, without a trailing dot.

    Raises:
        NoDomainError: it is no domain, or more than one, such as an address with a port.

    """
    stripped = text.strip()
    if len(stripped) > _LONGEST_RAW:
        raise NoDomainError(_NO_DOMAIN)
    return _normal(stripped)


def tells_where(name: str) -> bool:
    """Whether a name that people gave may hold a domain or an address, which not everybody is told."""
    if "://" in name or _IPV4.search(name) or _IPV6.search(name):
        return True
    return any(_may_be_domain(found[0]) for found in _DOTTED.finditer(name))


def _may_be_domain(dotted: str) -> bool:
    *_, before, last = _DOTS.split(dotted)
    if last.isdigit():
        return False
    return not (before.isdigit() and _OF_A_RELEASE.fullmatch(last))


@lru_cache(_REMEMBERED)
def _normal(stripped: str) -> str:
    try:
        found = stripped.lower().encode("idna").decode("ascii").removesuffix(".")
    except UnicodeError as error:
        raise NoDomainError(_NO_DOMAIN) from error
    if len(found) > _LONGEST or not all(_LABEL.fullmatch(label) for label in found.split(".")):
        raise NoDomainError(_NO_DOMAIN)
    return found
