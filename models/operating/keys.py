"""The keys of the machines that report: made, found, listed and revoked. Nothing here commits."""

import hashlib
import hmac
import secrets
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from models.extensions.happening import happened
from models.rules.authority import is_id
from models.rules.domains import NoDomainError, normal_domain
from models.rules.kinds import KeyKind
from models.tables import ApiKey

_SECRET_BYTES = 32
_HINT_LETTERS = 4


class KeyRequestError(ValueError):
    """What was asked of a key makes no sense; the message says what would."""


def create(
    session: Session, kind: KeyKind, name: str | None, domain: str | None, now: datetime
) -> str:
    """Make a key and return its text, which is stored nowhere.

    A site key needs a name. A user key needs the domain of its site, which is its name too unless
    it is given one. A canary key has the name of its server, which is the domain that it is bound
    to. A robot key needs a name, and has the roles that are given to that name. Several keys may
    have the same name, so that one can take over from another.

    Raises:
        KeyRequestError: the name or the domain is missing or wrong.

    """
    if kind is KeyKind.ROBOT:
        _refuse_unfit_robot(name, domain)
    if kind is KeyKind.CANARY:
        name = domain = _server(name, domain)
    bound = _bound(domain) if domain and domain.strip() else None
    label = (name or "").strip() or bound
    if kind is KeyKind.USER and bound is None:
        raise KeyRequestError("a user key belongs to one client site: give its domain")
    if label is None:
        raise KeyRequestError("a site key needs a name that says which canary server it is for")
    if not label.isprintable():
        raise KeyRequestError("the name may hold no line breaks or other control characters")
    # No dash, or a hint that begins with one would read as an option of the command line.
    text = f"pw_{kind}_{secrets.token_hex(_SECRET_BYTES)}"
    session.add(
        ApiKey(
            kind=kind,
            name=label,
            domain=bound,
            digest=digest(text),
            hint=text[-_HINT_LETTERS:],
            created_at=now,
        )
    )
    happened(session, "key.made", now, {"kind": str(kind)})
    return text


def _refuse_unfit_robot(name: str | None, domain: str | None) -> None:
    if domain:
        raise KeyRequestError("a robot key belongs to no site: give the name alone")
    if not name or not is_id(name.strip()):
        raise KeyRequestError(
            "a robot key needs a name of letters, digits, dots and dashes, such as release-bot"
        )


def _server(name: str | None, domain: str | None) -> str:
    if domain and domain.strip():
        raise KeyRequestError(
            "a canary key speaks for the server that it is named after: give the name alone"
        )
    if not name or not name.strip():
        raise KeyRequestError(
            "a canary key needs the name of its server, such as stable.example.com"
        )
    return _bound(name)


def digest(text: str) -> str:
    """The SHA-256 of a key's text, in hexadecimal. Any text that a stranger sends will do."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def find(session: Session, text: str) -> ApiKey | None:
    """The key with this text, also a revoked one; None if there is none."""
    wanted = digest(text)
    found = session.exec(select(ApiKey).where(ApiKey.digest == wanted)).first()
    if found is None or not hmac.compare_digest(found.digest, wanted):
        return None
    return found


def known(session: Session, digests: Collection[str]) -> frozenset[str]:
    """Those of the digests that belong to a key, also to a revoked one."""
    return frozenset(session.exec(select(ApiKey.digest).where(col(ApiKey.digest).in_(digests))))


def listing(session: Session) -> Sequence[ApiKey]:
    """All keys, oldest first."""
    return session.exec(select(ApiKey).order_by(col(ApiKey.id))).all()


def is_valid(session: Session, kind: KeyKind, name: str) -> bool:
    """Whether a key of this kind and name is there that was not revoked."""
    held = select(ApiKey.id).where(
        ApiKey.kind == kind, ApiKey.name == name, col(ApiKey.revoked_at).is_(None)
    )
    return session.exec(held).first() is not None


def revoke(session: Session, which: str, now: datetime) -> ApiKey:
    """Make a key invalid from now on. `which` is its number or its hint.

    Raises:
        KeyRequestError: no valid key is meant, or more than one.

    """
    wanted = which.strip()
    meant = [key for key in listing(session) if wanted in {str(key.id), key.hint}]
    valid = [key for key in meant if key.revoked_at is None]
    if not meant:
        raise KeyRequestError(f"there is no key {wanted}; `keys list` shows them")
    if not valid:
        raise KeyRequestError(f"key {wanted} was revoked before")
    if len(valid) > 1:
        numbers = " or ".join(str(key.id) for key in valid)
        raise KeyRequestError(f"{wanted} could mean several keys: give the number, {numbers}")
    end(session, valid[0], now)
    return valid[0]


def end(session: Session, key: ApiKey, now: datetime) -> None:
    """Make this key invalid from now on."""
    key.revoked_at = now
    session.add(key)
    happened(session, "key.revoked", now, {"kind": str(key.kind)})


def _bound(domain: str) -> str:
    try:
        return normal_domain(domain)
    except NoDomainError as error:
        raise KeyRequestError(str(error)) from error
