"""How bodies of requests are received: within limits of size, of time, and of what is held of all of them together."""

import asyncio
from collections.abc import Callable

from starlette.types import Receive, Scope

from webhooks.refusal import Refusal

JSON = "application/json"

# Whoever posts has the body at hand, so that it begins at once.
SECONDS_TO_BEGIN = 10
SECONDS_TO_SEND = 30


class Receiving:
    """Receives the bodies of one kind of sender, and holds `most` bytes at a time of those that have not ended.

    When more comes, the largest of them gives way and is refused with 503: small ones always pass.
    """

    def __init__(self, most: int, seconds_to_begin: float = SECONDS_TO_BEGIN) -> None:
        self._most = most
        self._seconds_to_begin = seconds_to_begin
        self._held: dict[asyncio.Timeout, int] = {}

    async def whole(self, receive: Receive, limit: int) -> bytes:
        """The body, of `limit` bytes at the most.

        Raises:
            Refusal: 400, 408, 413 or 503, with the reason in words.
        """
        pieces: list[bytes] = []
        await self.pieces(receive, limit, pieces.append)
        return b"".join(pieces)

    async def pieces(
        self,
        receive: Receive,
        limit: int,
        take: Callable[[bytes], object],
        *,
        seconds: float = SECONDS_TO_SEND,
        kept: int | None = None,
    ) -> None:
        """Hand each piece of the body to `take` as it comes, in all within these seconds; it keeps `kept` bytes of all.

        Raises:
            Refusal: 400, 408, 413 or 503, with the reason in words.
        """
        total = 0
        try:
            async with asyncio.timeout(self._seconds_to_begin) as deadline:
                while True:
                    piece, more = await _next(receive)
                    if not total and piece:
                        deadline.reschedule(asyncio.get_running_loop().time() + seconds)
                    total += len(piece)
                    if total > limit:
                        raise _too_large(limit)
                    take(piece)
                    if not more:
                        return
                    self._hold(deadline, total if kept is None else min(total, kept))
        except TimeoutError as error:
            if deadline in self._held or not total:
                raise _late(total, seconds) from error
            raise _crowded() from error
        finally:
            self._held.pop(deadline, None)

    def _hold(self, deadline: asyncio.Timeout, size: int) -> None:
        self._held[deadline] = size
        if sum(self._held.values()) <= self._most:
            return
        largest = max(self._held, key=self._held.__getitem__)
        del self._held[largest]
        if largest is deadline:
            raise _crowded()
        largest.reschedule(asyncio.get_running_loop().time())


def admit(scope: Scope, limit: int, *media_types: str) -> None:
    """Refuse what can be refused by the headers: another media type, and a body that is said to be too large.

    Raises:
        Refusal: 413 or 415, with the reason in words.
    """
    if media_type(scope) not in media_types:
        raise Refusal(415, f"send the body with Content-Type: {' or '.join(media_types)}")
    length = dict(scope["headers"]).get(b"content-length", b"")
    if length.isdigit() and int(length[:20]) > limit:
        raise _too_large(limit)


def media_type(scope: Scope) -> str:
    """The request's media type, without its parameters, in lower case."""
    sent: bytes = dict(scope["headers"]).get(b"content-type", b"")
    return sent.partition(b";")[0].strip().lower().decode("latin-1")


async def _next(receive: Receive) -> tuple[bytes, bool]:
    message = await receive()
    if message["type"] == "http.disconnect":
        raise Refusal(400, "the body broke off")
    return message.get("body", b""), message.get("more_body", False)


def _late(total: int, seconds: float) -> Refusal:
    if not total:
        return Refusal(408, "nothing of the body came; send it right after its headers")
    return Refusal(408, f"send the whole body within {seconds:g} seconds")


def _too_large(limit: int) -> Refusal:
    return Refusal(413, f"the body is larger than {limit:,} bytes")


def _crowded() -> Refusal:
    return Refusal(503, "too much is being sent by others at this moment; send it again in a minute")
