"""The proof that a GitHub login or a domain is somebody's: a code where only its owner can write. Pure."""

import hashlib
import hmac
import re
from datetime import timedelta

# How long a code counts.
LIFE = timedelta(hours=1)
# GitHub may show the old profile for a while after a change.
PATIENCE = timedelta(minutes=1)

_PREFIX = "pluginwatch-"
_CODE = re.compile(rf"{_PREFIX}[0-9a-f]{{16}}(?![0-9a-f])")
# GitHub's rule for logins; those of managed accounts have an underscore.
_LOGIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,38})")


def is_login(text: str) -> bool:
    """Whether GitHub allows a login like this."""
    return _LOGIN.fullmatch(text) is not None


def code(random_hex: str) -> str:
    """The code made of 16 random hexadecimal digits."""
    return f"{_PREFIX}{random_hex}"


def digest(proof: str) -> str:
    """The digest under which a code is stored."""
    return hashlib.sha256(proof.encode()).hexdigest()


def proves(text: str, kept: str) -> bool:
    """Whether the text contains the code whose digest is `kept`."""
    return any(hmac.compare_digest(digest(found), kept) for found in _CODE.findall(text))
