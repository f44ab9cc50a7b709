"""Who is asking: the headers in which machines send their keys."""

import asyncio
from collections.abc import Collection
from concurrent.futures import Executor

from starlette.types import Scope

from models.database.engine import Database
from models.operating import keys
from models.rules.kinds import KeyKind
from webhooks.access.lookup import Lookup
from webhooks.access.verified import Verified
from webhooks.refusal import Refusal

_HEADERS = {b"api-key": KeyKind.SITE, b"user-api-key": KeyKind.USER}


class KeyRing:
    """Knows the keys that were used before, so that the database is asked once a key and not once a request.

    A remembered key may have been revoked since: whoever records by it checks that in the recording
    transaction.

    Whoever guesses costs a share of one look at an index, in one of the threads of `strangers`.
    """

    def __init__(self, database: Database, strangers: Executor) -> None:
        self._database = database
        self._strangers = strangers
        self._digests = Lookup(self._made, strangers)
        self._known: dict[tuple[KeyKind, str], Verified] = {}

    async def verify(self, scope: Scope, *, remembered: bool = True) -> Verified:
        """The key that a Plugin Guard's request carries.

        With `remembered` false the database is asked in any case.

        Raises:
            Refusal: 401: there is none, or it is not valid.
        """
        return await self._verify(*_sent(scope), remembered=remembered)

    async def verify_bearer(
        self, scope: Scope, kind: KeyKind, *, remembered: bool = True
    ) -> Verified:
        """The key of this kind in the request's Authorization header. `remembered` is as above.

        Raises:
            Refusal: 401: there is none, or it is not valid.
        """
        return await self._verify(kind, _bearer(scope), remembered=remembered)

    async def verify_any(self, text: str) -> Verified:
        """The key with this text, whatever its kind; the database is asked.

        Raises:
            Refusal: 401: there is none, or it is not valid.
        """
        return await self._find(None, text)

    async def _verify(self, kind: KeyKind, text: str, *, remembered: bool) -> Verified:
        place = (kind, keys.digest(text))
        known = self._known.get(place) if remembered else None
        if known is None:
            known = await self._find(kind, text)
            self._known[place] = known
        return known

    def forget(self, key_id: int) -> None:
        """Ask the database again for this key."""
        self._known = {
            place: known for place, known in self._known.items() if known.key_id != key_id
        }

    async def _find(self, kind: KeyKind | None, text: str) -> Verified:
        if not await self._digests.knows(keys.digest(text)):
            raise _invalid()
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._strangers, self._read, kind, text)

    def _made(self, digests: Collection[str]) -> Collection[str]:
        with self._database.read() as session:
            return keys.known(session, digests)

    def _read(self, kind: KeyKind | None, text: str) -> Verified:
        with self._database.read() as session:
            found = keys.find(session, text)
        if found is None or found.id is None or found.revoked_at or kind not in {None, found.kind}:
            raise _invalid()
        return Verified(found.id, KeyKind(found.kind), found.domain, found.name)


def _invalid() -> Refusal:
    return Refusal(401, "this API key is not valid; ask an operator for one")


def _sent(scope: Scope) -> tuple[KeyKind, str]:
    """The one key of the request, whatever its bytes are."""
    sent = [
        (_HEADERS[name], value)
        for name, value in scope["headers"]
        if name in _HEADERS and value.strip()
    ]
    if not sent:
        raise Refusal(
            401,
            "send the key in the header Api-Key (a canary server) or User-Api-Key (a client site)",
        )
    if len(sent) > 1:
        raise Refusal(401, "send one key in one header")
    kind, value = sent[0]
    return kind, value.strip().decode("latin-1")


def any_key(scope: Scope) -> str:
    """The one key of the request, in the header Api-Key as the Plugin Manager's clients send it, or as a bearer's.

    Raises:
        Refusal: 401: there is none, or there are several.
    """
    if any(name == b"authorization" for name, _ in scope["headers"]):
        return _bearer(scope)
    return _sent(scope)[1]


def _bearer(scope: Scope) -> str:
    """The key in the one Authorization header of the request."""
    sent = [value for name, value in scope["headers"] if name == b"authorization"]
    scheme, _, text = b" ".join(sent).decode("latin-1").partition(" ")
    if len(sent) != 1 or scheme.lower() != "bearer" or not text.strip():
        raise Refusal(401, "send the key in one header, Authorization: Bearer KEY")
    return text.strip()
