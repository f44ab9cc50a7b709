"""Signed links: to what a canary run left behind, to what a site said and to all sites, private and good for an hour,
and one that ends mails.
"""

import base64
import binascii
import hashlib
import json
from datetime import datetime, timedelta

from itsdangerous import BadSignature, TimestampSigner
from itsdangerous import Signer as PlainSigner
from pydantic import SecretStr

from models.messages import links
from models.rules.kinds import ArtefactKind
from models.rules.people import Actor
from models.rules.smoke import run_name

LIFETIME = timedelta(hours=1)

# What is signed for one use counts for no other.
_ARTEFACTS = "pluginwatch.artefact"
_SITES = "pluginwatch.site"
_PEOPLE = "pluginwatch.person"
_MAILBOXES = "pluginwatch.mailbox"


class ForgedLinkError(ValueError):
    """Nobody here signed this."""


class ExpiredLinkError(ValueError):
    """It was signed here, but too long ago."""


class Signer:
    """Makes and checks links with the setting LINK_SIGNING_KEY.

    While that setting is blank, it makes no links and accepts none.

    Links begin with `public_url`.
    """

    def __init__(self, key: SecretStr, public_url: str = "") -> None:
        self._secret = key.get_secret_value()
        self.public_url = public_url

    @property
    def can_sign(self) -> bool:
        """Whether there is a key."""
        return bool(self._secret)

    def link(self, server: str, run_id: str, kind: ArtefactKind, now: datetime) -> str:
        """The whole address of an artefact of a server's run, valid until `LIFETIME` after `now`."""
        token = self.token(run_name(server, run_id), kind, now)
        return links.artefact(self.public_url, server, run_id, kind, token)

    def token(self, run: str, kind: ArtefactKind, now: datetime) -> str:
        """The token for an artefact of the run of this name, valid until `LIFETIME` after `now`."""
        return self._signed(_ARTEFACTS, _what(run, kind), now)

    def site_token(self, key_id: int, now: datetime) -> str:
        """The token for the page of the site with this key, valid until `LIFETIME` after `now`."""
        return self._signed(_SITES, str(key_id), now)

    def check_site(self, token: str, key_id: int, now: datetime) -> None:
        """Accept the token for the page of the site with this key, or raise as `check` does."""
        self._check(_SITES, token, str(key_id), now)

    def person_token(self, person: Actor, now: datetime) -> str:
        """The token that says who opens a page, valid until `LIFETIME` after `now`."""
        told = [person.platform, person.workspace, person.user, person.name, *sorted(person.groups)]
        said = base64.urlsafe_b64encode(json.dumps(told).encode()).decode()
        return f"{said}.{self._signed(_PEOPLE, said, now)}"

    def person_of(self, token: str, now: datetime) -> Actor:
        """Whom the token was made for, with the groups that they were in then, or raise as `check` does."""
        said, _, signature = token.partition(".")
        self._check(_PEOPLE, signature, said, now)
        try:
            told = json.loads(base64.urlsafe_b64decode(said))
        except (binascii.Error, ValueError) as error:
            raise ForgedLinkError("the token was not made here") from error
        platform, workspace, user, name, *groups = told
        return Actor(platform, workspace, user, name, frozenset(groups))

    def mailbox_token(self, address: str) -> str:
        """The token by which mails to this address are ended. It never gets too old, and does not tell the address."""
        signer = PlainSigner(
            self._secret, salt=_MAILBOXES, key_derivation="hmac", digest_method=hashlib.sha256
        )
        return signer.get_signature(address).decode()

    def unsubscribing(self, address: str) -> str:
        """Where whoever reads mail at this address ends it; empty where there is no key or no page to open."""
        if not (self.can_sign and self.public_url):
            return ""
        return links.unsubscribing(self.public_url, self.mailbox_token(address))

    def check(self, token: str, run: str, kind: ArtefactKind, now: datetime) -> None:
        """Accept the token, or raise.

        Raises:
            ForgedLinkError: it was not made here for this artefact.
            ExpiredLinkError: it was made too long ago.

        """
        self._check(_ARTEFACTS, token, _what(run, kind), now)

    def _signed(self, salt: str, what: str, now: datetime) -> str:
        signed = _At(self._secret, salt, now).sign(what).decode()
        return signed.removeprefix(f"{what}.")

    def _check(self, salt: str, token: str, what: str, now: datetime) -> None:
        if not self.can_sign:
            raise ForgedLinkError("there is no key to make a token with")
        try:
            signed, signed_at = _At(self._secret, salt, now).unsign(
                f"{what}.{token}", return_timestamp=True
            )
        except (BadSignature, UnicodeEncodeError) as error:
            raise ForgedLinkError("the token was not made here") from error
        if signed != what.encode():
            raise ForgedLinkError("the token is another one's")
        if now - signed_at > LIFETIME:
            raise ExpiredLinkError(f"the token is older than {LIFETIME}")


class _At(TimestampSigner):
    """The library's signer with the time handed in."""

    def __init__(self, secret: str, salt: str, now: datetime) -> None:
        super().__init__(secret, salt=salt, key_derivation="hmac", digest_method=hashlib.sha256)
        self._now = now

    def get_timestamp(self) -> int:
        """The time handed in, in seconds."""
        return int(self._now.timestamp())


def _what(run: str, kind: ArtefactKind) -> str:
    return f"{run}/{kind}"
