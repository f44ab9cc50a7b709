"""Keys that a site's admin asks for in a browser: what is asked, what proves the domain, and how long it counts. Pure.

The proof is a file on the domain with a code in it (`rules/proof.py`), or a guardian's word.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote, urlsplit, urlunsplit

from models.rules import proof

# Where domains keep what speaks for them (RFC 8615), so that people who may only write posts on a site cannot.
FILE = "/.well-known/pluginwatch-key.txt"
# How long the proof may be brought, and how long one may come back for the key after that.
REQUEST_LIFE = timedelta(days=1)
PROOF_LIFE = timedelta(hours=1)
# Requests that are not proven; the oldest ones give way.
MOST_OPEN = 500
MOST_OPEN_OF_DOMAIN = 5
# Keys got by a file alone under one parent domain, such as example.com: three sites make evidence, and whoever has a
# domain can make any number of names below it.
MOST_OF_PARENT = 2

_COUNTRY = 2  # letters
# Under which countries' registries have people register.
_KINDS = frozenset(
    (
        "ac", "asn", "asso", "club", "co", "com", "edu", "gen", "geek", "go", "gob", "gov", "govt", "gouv", "gv", "id",
        "info", "iwi", "ltd", "maori", "me", "mil", "muni", "ne", "net", "nic", "nom", "or", "org", "plc", "sch",
        "school", "web",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class AskedKey:
    """What a site asks for. `public_key` is PEM; the answer goes to `auth_redirect`, which is on the `domain`."""

    domain: str
    auth_redirect: str
    public_key: str
    nonce: str
    application: str
    scopes: str = ""


def token_digest(token: str) -> str:
    """The digest under which a request is found by the token in its page's address."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def code_of(token: str) -> str:
    """The code that proves the domain for the request with this token."""
    return proof.code(token_digest(f"code:{token}")[:16])


def origin_of(auth_redirect: str) -> str:
    """Scheme, host and port of the address."""
    parts = urlsplit(auth_redirect)
    return f"{parts.scheme}://{parts.netloc}"


def file_of(auth_redirect: str) -> str:
    """The address of the file that proves the domain."""
    return origin_of(auth_redirect) + FILE


def parent_of(domain: str) -> str:
    """What somebody registered: the last two labels of a domain, or three below a country's own kinds, as in x.co.uk.

    No list of all registries is read. Where one is not known, sites of several people count as one's: a guardian
    approves them.
    """
    labels = domain.split(".")
    is_of_country = len(labels[-1]) == _COUNTRY and labels[-2:-1] and labels[-2] in _KINDS
    return ".".join(labels[-3 if is_of_country else -2 :])


def returning(auth_redirect: str, payload: str) -> str:
    """The address at which the site takes the payload, beside whatever its query says already."""
    parts = urlsplit(auth_redirect)
    query = "&".join(filter(None, (parts.query, f"payload={quote(payload, safe='')}")))
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))


def is_over(asked_at: datetime, proven_at: datetime | None, now: datetime) -> bool:
    """Whether a request counts no more."""
    if proven_at is not None:
        return now >= proven_at + PROOF_LIFE
    return now >= asked_at + REQUEST_LIFE
