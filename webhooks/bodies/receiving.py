"""Receives bodies of requests, within limits of size, of time, and of the memory that all of them take together."""

import asyncio
from collections.abc import Callable
from typing import NamedTuple

from starlette.types import Receive, Scope

from webhooks.refusal import Refusal

SECONDS_TO_SEND = 30
# Bodies of honest senders are complete within this time. Whoever takes longer is the first to give way.
SECONDS_AT_EASE = 5.0


class Receiving:
    """Receives the bodies of one kind of sender, and holds at most `most` bytes of those that have not ended.

    When more comes, one body gives way and is refused with 503: the largest of those that take longer than
    `seconds_at_ease`, or the largest of all if there is none. So small bodies that come at once always pass. A
    connection whose body does not begin is ended elsewhere (`webhooks/serving/connections.py`).
    """

    def __init__(self, most: int, seconds_at_ease: float = SECONDS_AT_EASE) -> None:
        self._seconds_at_ease = seconds_at_ease
        self._most = most
        self._held: dict[asyncio.Timeout, _Body] = {}

    async def whole(
        self, receive: Receive, limit: int, *, seconds: float = SECONDS_TO_SEND
    ) -> bytes:
        """The body, of `limit` bytes at the most, which must come within `seconds`.

        Raises:
            Refusal: 400, 408, 413 or 503, with the reason in words.
        """
        pieces: list[bytes] = []
        await self.pieces(receive, limit, pieces.append, seconds=seconds)
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
        """Hand each piece of the body to `take` as it comes. The whole body must come within `seconds`.

        `kept` is how many bytes of the body `take` keeps; without it, the body counts up to its limit.

        Raises:
            Refusal: 400, 408, 413 or 503, with the reason in words.
        """
        piece, more = await _next(receive)
        if len(piece) > limit:
            raise _too_large(limit)
        take(piece)
        if more:  # only then is a clock worth its cost
            await self._rest(
                receive, limit, take, len(piece), seconds, limit if kept is None else kept
            )

    async def _rest(
        self,
        receive: Receive,
        limit: int,
        take: Callable[[bytes], object],
        total: int,
        seconds: float,
        kept: int,
    ) -> None:
        more, since = True, asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(seconds) as deadline:
                while more:
                    self._hold(deadline, _Body(since, min(total, kept)))
                    piece, more = await _next(receive)
                    total += len(piece)
                    if total > limit:
                        raise _too_large(limit)
                    take(piece)
        except TimeoutError as error:
            if deadline not in self._held:
                raise _crowded() from error
            raise Refusal(408, f"send the whole body within {seconds:g} seconds") from error
        finally:
            self._held.pop(deadline, None)

    def _hold(self, deadline: asyncio.Timeout, body: "_Body") -> None:
        self._held[deadline] = body
        if sum(each.size for each in self._held.values()) <= self._most:
            return
        now = asyncio.get_running_loop().time()
        gives_way = max(self._held, key=lambda each: self._rank(self._held[each], now))
        del self._held[gives_way]
        if gives_way is deadline:
            raise _crowded()
        gives_way.reschedule(now)

    def _rank(self, body: "_Body", now: float) -> tuple[bool, int]:
        """The higher, the sooner it gives way."""
        return now - body.since > self._seconds_at_ease, body.size


class _Body(NamedTuple):
    """A body that has not ended: since when it comes, by the loop's clock, and how many bytes are held of it."""

    since: float
    size: int


def admit(scope: Scope, limit: int, *media_types: str) -> str:
    """The media type, one of these, in lower case and without its parameters.

    The headers are enough to refuse another media type, a compressed body, and one that is announced as too large.

    Raises:
        Refusal: 413 or 415, with the reason in words.
    """
    headers = dict(scope["headers"])
    if headers.get(b"content-encoding", b"identity").lower() != b"identity":
        raise Refusal(415, "send the body as it is, without Content-Encoding")
    sent: bytes = headers.get(b"content-type", b"")
    sent_as = sent.partition(b";")[0].strip().lower().decode("latin-1")
    if sent_as not in media_types:
        raise Refusal(415, f"send the body with Content-Type: {' or '.join(media_types)}")
    length = headers.get(b"content-length", b"")
    if length.isdigit() and int(length[:20]) > limit:
        raise _too_large(limit)
    return sent_as


async def _next(receive: Receive) -> tuple[bytes, bool]:
    message = await receive()
    if message["type"] == "http.disconnect":
        raise Refusal(400, "the body broke off")
    return message.get("body", b""), message.get("more_body", False)


def _too_large(limit: int) -> Refusal:
    return Refusal(413, f"the body is larger than {limit:,} bytes")


def _crowded() -> Refusal:
    return Refusal(
        503, "too much is being sent by others at this moment; send it again in a minute"
    )
