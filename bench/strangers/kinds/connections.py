"""Connections that are held, cut or filled: what costs the server before there is a request at all."""

import itertools

from bench.strangers.stranger import Stranger, request_head

_POST = b"POST /plugin-manager/status HTTP/1.1\r\nHost: 127.0.0.1\r\n"
_MIB = 1024 * 1024
_GARBAGE = [
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500),  # a TLS greeting
    b"\x00" * 4_096,
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"GET / HTTP/9.9\r\n\r\n",
    b"G\xc3\xa4T / HTTP/1.1\r\n\r\n",
    b"\r\n" * 5_000,
    b"GET " + b"/" * 9_000,
    b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
    b"POST / HTTP/1.1\r\nContent-Length: 10\r\nContent-Length: 20\r\n\r\n0123456789",
]
_TWO_LENGTHS = b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"


async def half_headers(stranger: Stranger) -> None:
    """1,100 requests whose head never ends."""
    await stranger.crowd(stranger.hold(_POST, seconds=25) for _ in range(1_100))


async def large_heads(stranger: Stranger) -> None:
    """300 requests whose heads are nearly as large as they may be, and never end."""
    await stranger.crowd(
        stranger.hold(_POST, b"X-Large: " + b"a" * 60_000, seconds=25) for _ in range(300)
    )


async def slow_headers(stranger: Stranger) -> None:
    """40 requests that send a header line a second, without end."""
    await stranger.crowd(
        stranger.hold(_POST, drip=b"X-Slow: yes\r\n", seconds=40) for _ in range(40)
    )


async def slow_first_byte(stranger: Stranger) -> None:
    """60 whole heads, and never a byte of a body."""
    head = request_head("POST", "/plugin-manager/statistics", {"Content-Length": "100"})
    await stranger.crowd(stranger.hold(head, seconds=40) for _ in range(60))


async def dripping_bodies(stranger: Stranger) -> None:
    """60 bodies of which a byte a second comes."""
    head = request_head("POST", "/plugin-manager/statistics", {"Content-Length": "10000"})
    await stranger.crowd(stranger.hold(head, drip=b" ", seconds=40) for _ in range(60))


async def idle_connections(stranger: Stranger) -> None:
    """300 connections on which nothing is said."""
    await stranger.crowd(stranger.hold(seconds=20) for _ in range(300))


async def long_header(stranger: Stranger) -> None:
    """One header line of 32 MiB."""
    await stranger.say(_POST + b"X-Long: ", *itertools.repeat(b"a" * 65_536, 512), b"\r\n\r\n")


async def many_headers(stranger: Stranger) -> None:
    """50,000 header lines."""
    lines = b"".join(b"X-%d: a\r\n" % n for n in range(1_000))
    await stranger.say(
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n", *itertools.repeat(lines, 50), b"\r\n"
    )


async def long_path(stranger: Stranger) -> None:
    """A path of a mebibyte, or a query of one."""
    path = stranger.chance.choice(
        [b"/plugins/", b"/?filter=", b"/plugin-manager/status?plugins[][name]="]
    )
    await stranger.say(
        b"GET " + path, b"a" * _MIB, b" HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    )


async def garbage(stranger: Stranger) -> None:
    """What is no HTTP, or none that anybody agrees on."""
    await stranger.hold(stranger.chance.choice(_GARBAGE), seconds=10)


async def http_0_9(stranger: Stranger) -> None:
    """A request as of 1991."""
    await stranger.hold(b"GET /\r\n\r\n", seconds=10)


async def smuggling(stranger: Stranger) -> None:
    """Two lengths at once, and then chunks of wrong sizes, or a second request behind them."""
    chunks = stranger.chance.choice(
        [b"0\r\n\r\nGET /metrics", b"-1\r\n", b"f" * 40 + b"\r\n", b"1;" + b"a" * 100_000]
    )
    await stranger.hold(_POST + _TWO_LENGTHS + chunks, seconds=10)


async def pipelining(stranger: Stranger) -> None:
    """300 requests at once on one connection, the last of which asks to end it."""
    asked = request_head("GET", "/healthz", {}) * 299
    await stranger.say(asked, request_head("GET", "/healthz", {"Connection": "close"}))


async def upgrades(stranger: Stranger) -> None:
    """A WebSocket is asked for where there is none, and a frame sent before any answer."""
    headers = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    headers["Sec-WebSocket-Key"] = "dGhlIHNhbXBsZSBub25jZQ=="
    path = stranger.chance.choice(
        ["/", "/plugin-manager/status", "/github/webhooks", "/heartbeats/nobody"]
    )
    await stranger.hold(request_head("GET", path, headers), b"\x82\xff" + b"\xff" * 8, seconds=10)


async def never_reading(stranger: Stranger) -> None:
    """Pages asked for ten times a second on 20 connections, and never an answer read."""
    path = stranger.chance.choice(["/", "/plugin-manager/plugin", "/metrics"])
    await stranger.crowd(stranger.never_read(request_head("GET", path, {}), 30) for _ in range(20))
