"""The browser's way out: a proxy on this machine that calls each host at the very address that was checked.

A plugin's script, or who writes on the site, may lead the browser anywhere, and a name that was
looked up again might be given another address the second time.
"""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit

import structlog

from models.rules.addresses import is_link_local, is_public

_HERE = "127.0.0.1"
_PIECE = 65_536
_OPEN_SECONDS = 10.0  # for each address of a host
# SOCKS 5: https://www.rfc-editor.org/rfc/rfc1928
_VERSION = 5
_WITHOUT_PASSWORD = 0
_CONNECT = 1
_NAME = 3
_GREETED = bytes((_VERSION, _WITHOUT_PASSWORD))
# What became of it, and an address of IPv4 and a port that nobody reads.
_ADDRESS = bytes((0, 1, 0, 0, 0, 0, 0, 0))
_OPENED = bytes((_VERSION, 0)) + _ADDRESS
_FAILED = bytes((_VERSION, 1)) + _ADDRESS

_log = structlog.get_logger()


class OutOfReachError(OSError):
    """The host has an address to which the browser does not go."""


@contextlib.contextmanager
def way_out(url: str) -> Iterator[list[str]]:
    """Chromium's arguments for a browser that visits this site, for as long as the block lasts.

    To no link-local address, where clouds keep their machines' credentials, and within our network
    only from a site that lies there itself.
    """
    loop, over = asyncio.new_event_loop(), asyncio.Event()
    with socket.create_server((_HERE, 0)) as listening:
        serving = _serve(listening, over, is_inside=_is_inside(url))
        thread = threading.Thread(target=loop.run_until_complete, args=(serving,), daemon=True)
        thread.start()
        try:
            yield [
                f"--proxy-server=socks5://{_HERE}:{listening.getsockname()[1]}",
                "--proxy-bypass-list=<-loopback>",  # or it would call this machine itself
                f"--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE {_HERE}",
                "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
            ]
        finally:
            loop.call_soon_threadsafe(over.set)
            thread.join()
            loop.close()


def _is_inside(url: str) -> bool:
    """Whether the site lies within our network. One that has no address is not reached either."""
    try:
        entries = socket.getaddrinfo(urlsplit(url).hostname, None, type=socket.SOCK_STREAM)
    except OSError:
        return False
    return not all(is_public(str(address[0])) for *_, address in entries)


async def _serve(listening: socket.socket, over: asyncio.Event, *, is_inside: bool) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ends = (OSError, EOFError, asyncio.CancelledError)
        with contextlib.closing(writer), contextlib.suppress(*ends):
            await _carry(reader, writer, is_inside=is_inside)

    server = await asyncio.start_server(serve, sock=listening)
    await over.wait()
    server.close()
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
    await asyncio.get_running_loop().shutdown_default_executor()


async def _carry(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, is_inside: bool
) -> None:
    """One connection, from its greeting to its end."""
    host, port = await _greeted(reader, writer)
    try:
        answers, to_host = await _opened(host, port, is_inside=is_inside)
    except (
        OSError
    ) as error:  # a time-out is one, too; Chromium calls them all ERR_SOCKS_CONNECTION_FAILED
        _log.warning("canary_did_not_reach", host=host[:100], reason=str(error)[:100])
        writer.write(_FAILED)
        await writer.drain()
        return
    with contextlib.closing(to_host):
        writer.write(_OPENED)
        await asyncio.gather(_copy(reader, to_host), _copy(answers, writer))


async def _greeted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> tuple[str, int]:
    """The host and port that are asked for. Chromium gives an address as a name, too.

    Raises:
        OSError: it is not asked as Chromium asks.

    """
    version, methods = await reader.readexactly(2)
    await reader.readexactly(methods)
    writer.write(_GREETED)
    asked = await reader.readexactly(5)
    if version != _VERSION or asked[:4] != bytes((_VERSION, _CONNECT, 0, _NAME)):
        raise OSError("this is no request for a connection")
    name = await reader.readexactly(asked[4])
    port = int.from_bytes(await reader.readexactly(2), "big")
    return name.decode("ascii", "replace"), port


async def _opened(
    host: str, port: int, *, is_inside: bool
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection to the first of the host's addresses that takes one.

    Raises:
        OutOfReachError: the host has an address that is not allowed.
        OSError: it has none, or none takes a connection.

    """
    loop = asyncio.get_running_loop()
    try:
        entries = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:  # a label of more than 63 letters
        raise OutOfReachError("the host is no name") from error
    found = [str(address[0]) for *_, address in entries]
    if any(map(is_link_local, found)) or not (is_inside or all(map(is_public, found))):
        raise OutOfReachError("the host has an address that is not allowed")
    failure = OSError("the host has no address")
    for address in found:
        try:
            async with asyncio.timeout(_OPEN_SECONDS):
                return await asyncio.open_connection(address, port)
        except OSError as error:
            failure = error
    raise failure


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Hand on what is read, and its end."""
    while piece := await reader.read(_PIECE):
        writer.write(piece)
        await writer.drain()
    if writer.can_write_eof():
        writer.write_eof()
