"""Bodies that are hard to parse, sent without a key or with a wrong one."""

import itertools
import json
from collections.abc import Iterable
from urllib.parse import quote

from bench.strangers.stranger import Stranger

STATISTICS = "/plugin-manager/statistics"
REPORT = "/plugin-manager/status"
_MIB = 1024 * 1024
_WRONG = {"Api-Key": "pw_site_wrong"}


def _filled(unit: bytes, size: int = _MIB) -> bytes:
    return (unit * (size // len(unit)))[:size]


_KEYS = ",".join(f'"key{n}":0' for n in range(16_000))
_TWICE = f'{{{_KEYS},"key15999":1}}'.encode()
_ARRAYS = b"[" + _filled(b"[],", _MIB - 3) + b"[]]"
_DEEP = b"[" * 500_000 + b"]" * 500_000
_NUMBERS = [
    b"[" + number * (_MIB // len(number) - 2) + b"0]"
    for number in (b"1e308,", b"123456789012345678,", b"-0.0,")
]
_HUGE = [b"1" * (_MIB - 1), b'{"a":' + b"9" * 100_000 + b"}", b"[1e999]", b"[NaN]", b"[-Infinity]"]
_ESCAPES = [
    b'["' + _filled(unit, _MIB - 6) + b'"]'
    for unit in (rb"\u0000", rb"\ud800", rb"\udc00\ud800", rb"\"\\\n")
]
_BROKEN = [
    _filled(b"\xff\xfe"),
    b'["' + _filled(b"a", _MIB - 3),
    b'{"plugins":' * 90_000,
    b"",
    b"\0" * 1_000,
]
_FORM = "&".join(f"plugins[][name]={quote('name of a plugin')}{n}" for n in range(25_000)).encode()


async def duplicate_keys(stranger: Stranger) -> None:
    """An object of 16,000 keys, one of them twice."""
    await stranger.ask("POST", STATISTICS, body=_TWICE)


async def empty_arrays(stranger: Stranger) -> None:
    """A mebibyte of `[[],[],…]`."""
    await stranger.ask("POST", STATISTICS, body=_ARRAYS)


async def deep_nesting(stranger: Stranger) -> None:
    """Half a million brackets within each other."""
    await stranger.ask("POST", REPORT, _WRONG, _DEEP)


async def numbers(stranger: Stranger) -> None:
    """A mebibyte of numbers, or one number of a mebibyte, or none at all."""
    await stranger.ask("POST", STATISTICS, body=stranger.chance.choice([*_NUMBERS, *_HUGE]))


async def escapes(stranger: Stranger) -> None:
    """A mebibyte of NULs, halves of surrogates, or backslashes."""
    await stranger.ask("POST", STATISTICS, body=stranger.chance.choice(_ESCAPES))


async def broken_text(stranger: Stranger) -> None:
    """What is no UTF-8, or ends in the middle."""
    await stranger.ask("POST", REPORT, _WRONG, stranger.chance.choice(_BROKEN))


async def forms(stranger: Stranger) -> None:
    """A form of 25,000 fields where JSON is expected."""
    headers = {"Content-Type": "application/x-www-form-urlencoded", **_WRONG}
    await stranger.ask("POST", stranger.chance.choice([REPORT, STATISTICS]), headers, _FORM)


async def wrong_shapes(stranger: Stranger) -> None:
    """JSON in which nothing is what it ought to be."""
    odd = [None, True, 0, "", [], {}, [None], {"name": None}, "\ud800", "a" * 300_000, -1e300]
    body = {key: stranger.chance.choice(odd) for key in ("discourse", "plugins", "domain", "host")}
    await stranger.ask(
        "POST", stranger.chance.choice([REPORT, STATISTICS]), _WRONG, json.dumps(body).encode()
    )


async def gigabyte_declared(stranger: Stranger) -> None:
    """A body that is said to be a gibibyte, of which the beginning comes."""
    for path in (
        REPORT,
        STATISTICS,
        "/github/webhooks",
        "/heartbeats/nobody",
        "/canary/runs/a/screenshot",
    ):
        await stranger.ask(
            "POST" if "canary" not in path else "PUT",
            path,
            {"Content-Length": str(1 << 30)},
            _filled(b" "),
        )


async def gigabyte_chunked(stranger: Stranger) -> None:
    """A gibibyte in chunks, undeclared, to where the largest bodies are taken."""
    path = stranger.chance.choice(
        ["/github/webhooks", "/github/webhooks", REPORT, "/heartbeats/nobody"]
    )
    headers = {"X-Hub-Signature-256": f"sha256={0:064x}"}
    await stranger.ask("POST", path, headers, _pieces(1 << 30))


def _pieces(size: int) -> Iterable[bytes]:
    return itertools.repeat(b" " * 65_536, size // 65_536)
