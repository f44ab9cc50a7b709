"""What a Discourse sends with its admin when it asks for a key, read strictly. Pure."""

from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

from models.operating.requesters import UnfitKeyError, encrypted, read_public_key
from models.rules.addresses import literal, may_be_public
from models.rules.clean import clean
from models.rules.domains import NoDomainError, normal_domain
from models.rules.key_requests import AskedKey
from webhooks.refusal import Refusal

_LONGEST = {"nonce": 100, "application_name": 100, "scopes": 200, "auth_redirect": 1_000}
_PORTS = {"https": 443, "http": 80}
# As long as a key that is made here, to try whether it fits.
_LIKE_A_KEY = "x" * 80
_RIGHT = "such as https://forum.example.com/user_api_key/callback"


def read_asked(fields: Mapping[str, object], private: frozenset[str]) -> AskedKey:
    """What is asked for. Hosts in `private` may be in a private network, without TLS and at any port.

    Raises:
        Refusal: 400, with the reason in words.
    """
    redirect, domain = _redirect(_text(fields, "auth_redirect"), private)
    nonce = _text(fields, "nonce")
    try:
        public_key = read_public_key(_text(fields, "public_key"))
        encrypted(public_key, _LIKE_A_KEY, nonce)
    except UnfitKeyError as error:
        raise Refusal(400, str(error)) from error
    return AskedKey(
        domain=domain,
        auth_redirect=redirect,
        public_key=public_key,
        nonce=nonce,
        application=_text(fields, "application_name"),
        scopes=_text(fields, "scopes") if fields.get("scopes") else "",
    )


def _text(fields: Mapping[str, object], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not value.strip():
        raise Refusal(
            400, f"{name} is missing: begin on your own site, in the Plugin Guard's settings"
        )
    longest = _LONGEST.get(name)
    if longest and len(value) > longest:
        raise Refusal(400, f"{name} is longer than {longest:,} characters")
    return clean(value.strip())


def _redirect(text: str, private: frozenset[str]) -> tuple[str, str]:
    """The address to go back to, and the domain that it is on."""
    if not text.isascii() or not text.isprintable() or set(text) & set(' \\"<>'):
        raise Refusal(400, f"auth_redirect is no web address, {_RIGHT}")
    try:
        parts = urlsplit(text)
        port = parts.port
        domain = normal_domain(parts.hostname or "")
    except (ValueError, NoDomainError) as error:
        raise Refusal(400, f"auth_redirect is no web address, {_RIGHT}") from error
    if parts.scheme not in _PORTS or "@" in parts.netloc:
        raise Refusal(400, f"auth_redirect must begin with https://, {_RIGHT}")
    if (parts.hostname or "") not in private:
        _refuse_unproven(parts, domain, port)
    origin = domain if port in {None, _PORTS[parts.scheme]} else f"{domain}:{port}"
    return parts._replace(netloc=origin, fragment="").geturl(), domain


def _refuse_unproven(parts: SplitResult, domain: str, port: int | None) -> None:
    if parts.scheme != "https":
        raise Refusal(400, f"auth_redirect must begin with https://, {_RIGHT}")
    if literal(domain) or not may_be_public(domain):
        raise Refusal(400, "auth_redirect must name a domain on the internet, and no address")
    if port not in {None, 443}:
        raise Refusal(400, "auth_redirect must name no port: the domain is proven at https's own")
