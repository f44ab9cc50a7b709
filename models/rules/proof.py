"""The proof that a GitHub login is somebody's: a code in the profile's text, which only its owner can write. Pure."""

import hashlib
import hmac
import re
from datetime import timedelta

LIFE = timedelta(hours=1)
# A profile that was changed just now may be shown as it was for a while.
PATIENCE = timedelta(minutes=1)

_PREFIX = "pluginwatch-"
_CODE = re.compile(rf"{_PREFIX}[0-9a-f]{{16}}(?![0-9a-f])")
# GitHub's rule for logins; those of managed accounts have an underscore.
_LOGIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,38})")


def is_login(text: str) -> bool:
    """Whether GitHub may have a user of this login."""
    return _LOGIN.fullmatch(text) is not None


def code(random_hex: str) -> str:
    """The code made of 16 random hexadecimal digits."""
    return f"{_PREFIX}{random_hex}"


def digest(proof: str) -> str:
    """How a code is kept."""
    return hashlib.sha256(proof.encode()).hexdigest()


def proves(text: str, kept: str) -> bool:
    """Whether the code that is kept as this digest stands in the text."""
    return any(hmac.compare_digest(digest(found), kept) for found in _CODE.findall(text))
