"""How a stranger speaks HTTP: byte by byte, so that he may be as rude as he likes."""

import asyncio
import random
import socket
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Coroutine, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import chain

_READ = 65_536
_CONNECTING_SECONDS = 10
_BETWEEN_SECONDS = 0.002


@dataclass(frozen=True)
class AttackedServer:
    """Where the web process listens, and what strangers got hold of: three keys and the secret of GitHub's webhook."""

    port: int
    site_key: str
    user_key: str
    canary_key: str
    github_secret: str


@dataclass
class Tally:
    """What a kind sent, and what became of it: answers by status, or by what came in place of an answer."""

    requests: int = 0
    answers: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Reply:
    """The status and the head of an answer."""

    status: str
    head: bytes


class Stranger:
    """One of those who attack in a certain way, each connection from another of 65,536 addresses of loopback."""

    def __init__(self, target: AttackedServer, tally: Tally, chance: random.Random) -> None:
        self.target = target
        self.tally = tally
        self.chance = chance

    async def ask(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        body: bytes | Iterable[bytes] = b"",
    ) -> Reply:
        """Send a request, read its answer to the end, and note its status.

        A body in pieces is sent in chunks, unless the headers declare its length.
        """
        sent = dict(headers or {})
        chunked = not isinstance(body, bytes) and "Content-Length" not in sent
        if chunked:
            sent["Transfer-Encoding"] = "chunked"
        elif isinstance(body, bytes):
            sent.setdefault("Content-Length", str(len(body)))
        head = request_head(method, path, {**sent, "Connection": "close"})
        pieces = [body] if isinstance(body, bytes) else body
        async with self.connected() as (reader, writer):
            return await self._answered(
                reader, writer, chain([head], _chunks(pieces) if chunked else pieces)
            )

    async def say(self, *pieces: bytes) -> Reply:
        """Send these bytes on a connection of their own, and note the status of what is answered."""
        async with self.connected() as (reader, writer):
            return await self._answered(reader, writer, pieces)

    async def hold(
        self, *pieces: bytes, drip: bytes = b"", every: float = 1.0, seconds: float = 30.0
    ) -> None:
        """Send these bytes and then a `drip` at a time; note who ends it, or that nobody did in so many seconds."""
        async with self.connected() as (reader, writer):
            writer.writelines(pieces)
            dripping = asyncio.create_task(_drip(writer, drip, every))
            try:
                async with asyncio.timeout(seconds):
                    head = await reader.readuntil(b"\r\n\r\n")
                self.note(_status(head))
            except TimeoutError:
                self.note("held")
            finally:
                dripping.cancel()

    async def never_read(self, request: bytes, seconds: float) -> None:
        """Send the request again and again and read none of its answers, for so many seconds."""
        loop = asyncio.get_running_loop()
        self.tally.requests += 1
        with socket.socket() as deaf:
            deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            deaf.setblocking(False)
            deaf.bind((self.address(), 0))
            await loop.sock_connect(deaf, ("127.0.0.1", self.target.port))
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    while True:
                        await loop.sock_sendall(deaf, request)
                        await asyncio.sleep(0.1)
        self.note("held")

    async def crowd(self, attacks: Iterable[Coroutine[None, None, None]]) -> None:
        """Do all of these at once, each begun a moment after the other."""
        async with asyncio.TaskGroup() as begun:
            for attack in attacks:
                begun.create_task(self.endure(attack))
                await asyncio.sleep(_BETWEEN_SECONDS)

    async def endure(self, attack: Awaitable[object]) -> None:
        """Do this, and note it when it ended without an answer."""
        try:
            await attack
        except TimeoutError:
            self.note("no answer")
        except (OSError, EOFError):
            self.note("hung up")

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        """A connection from an address of its own, which is cut off in the end."""
        self.tally.requests += 1
        async with asyncio.timeout(_CONNECTING_SECONDS):
            reader, writer = await asyncio.open_connection(
                "127.0.0.1", self.target.port, local_addr=(self.address(), 0), limit=2 * _READ
            )
        try:
            yield reader, writer
        finally:
            writer.transport.abort()

    def address(self) -> str:
        """Where this connection comes from."""
        return f"127.66.{self.chance.randrange(256)}.{self.chance.randrange(1, 255)}"

    def note(self, became: str) -> None:
        """Count what became of a request."""
        self.tally.answers[became] += 1

    async def _answered(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, pieces: Iterable[bytes]
    ) -> Reply:
        """Send until an answer comes, however early."""
        answer = asyncio.create_task(reader.readuntil(b"\r\n\r\n"))
        try:
            with suppress(ConnectionError):  # it hung up; its answer may have come before
                for piece in pieces:
                    if answer.done():
                        break
                    writer.write(piece)
                    await writer.drain()
            head = await answer
        finally:
            answer.cancel()
        self.note(_status(head))
        with suppress(ConnectionError):  # it has answered, and need not read the rest
            while await reader.read(_READ):
                pass
        return Reply(_status(head), head)


def request_head(method: str, path: str, headers: Mapping[str, str]) -> bytes:
    """The first lines of a request, of JSON unless the headers say otherwise."""
    lines = {"Host": "127.0.0.1", "Content-Type": "application/json", **headers}
    own = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"{method} {path} HTTP/1.1\r\n{own}\r\n".encode("latin-1")


def _chunks(pieces: Iterable[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        yield b"%x\r\n%b\r\n" % (len(piece), piece)
    yield b"0\r\n\r\n"


def _status(head: bytes) -> str:
    """The status of an answer, such as 200; what is no HTTP at all is called so."""
    words = head.split(b" ", 2)
    return (
        words[1][:3].decode("latin-1")
        if head.startswith(b"HTTP/") and len(words) > 1
        else "not HTTP"
    )


async def _drip(writer: asyncio.StreamWriter, drip: bytes, every: float) -> None:
    with suppress(ConnectionError):
        while drip:
            await asyncio.sleep(every)
            writer.write(drip)
            await writer.drain()
