"""Deliveries and uploads, unsigned and signed, and canaries whose key a stranger has got hold of."""

import asyncio
import hashlib
import hmac
import itertools
import json
import struct
import uuid
import zlib
from collections.abc import Iterable
from functools import cache
from typing import Any

from bench.deliveries import issue_event
from bench.strangers.kinds.floods import canary_run
from bench.strangers.stranger import Stranger, request_head

_MIB = 1024 * 1024
_DELIVERY_BYTES = 24 * _MIB
# What an issue's own event takes of them, at most.
_EVENT_BYTES = 2_000
_PIECE = 64 * 1024
_DOOR = "/github/webhooks"
_EVENTS = (
    "issues", "push", "check_suite", "check_run", "release", "projects_v2_item", "repository",
)  # fmt: skip
_PARTS_OF_EVENTS = (
    "installation", "repository", "issue", "action", "check_suite", "release", "ref", "commits",
)  # fmt: skip
_PARTS_OF_ISSUES = ("user", "labels", "title", "id")
_ODD_VALUES: tuple[Any, ...] = (None, [], "", {}, 1, "\0", "\ud800")
# Width and height as the header says, and how many rows there are: it says a gibibyte and holds
# little; it is as large as it says; it holds more than it says.
_PICTURES = ((16_384, 16_384, 100), (2_800, 2_800, 2_800), (100, 100, 50_000))
# Beginnings of secrets and other text that the search for them has to stop at.
_BAIT = (
    b"password=hunter2 ", b"https://a:", b"-----BEGIN PRIVATE KEY-----\n", b"Bearer ", b"a@", b"\x1b[31m\x1b]0;", b"A",
    b"Authorization: Basic ", b"?token=", b"eyJhbGciOi.", b"\xff\xfe", b"x" * 60_000 + b"\n",
)  # fmt: skip


async def unsigned_deliveries(stranger: Stranger) -> None:
    """24 MiB with a signature that is wrong."""
    headers = {
        "X-GitHub-Event": "push",
        "X-GitHub-Delivery": "1",
        "X-Hub-Signature-256": f"sha256={0:064x}",
    }
    await stranger.ask(
        "POST", _DOOR, {**headers, "Content-Length": str(_DELIVERY_BYTES)}, _spaces(_DELIVERY_BYTES)
    )


async def signed_delivery(stranger: Stranger) -> None:
    """24 MiB signed as GitHub would, of which all but an issue is filling."""
    body = issue_event("edited", 1)
    filling = stranger.chance.choice(['{"a":[],"b":"c"},', '"text",', "[[]],", "1,"])
    event = json.dumps(body).removesuffix("}")
    more = filling * ((_DELIVERY_BYTES - _EVENT_BYTES) // len(filling))
    text = f'{event},"more":[{more}0]}}'
    await _deliver(stranger, "issues", await asyncio.to_thread(text.encode))


async def odd_deliveries(stranger: Stranger) -> None:
    """Signed deliveries in which something is missing or null, or of events that nobody knows."""
    chance = stranger.chance
    event = chance.choice(_EVENTS)
    odd = chance.choice(_ODD_VALUES)
    body: dict[str, Any] = issue_event("opened", chance.randrange(100))
    body["issue"][chance.choice(_PARTS_OF_ISSUES)] = odd
    body[chance.choice(_PARTS_OF_EVENTS)] = odd
    await _deliver(stranger, event, json.dumps(body).encode())


async def uploads_that_never_begin(stranger: Stranger) -> None:
    """Eight uploads by a valid key of which the head comes, and nothing else."""
    headers = {**_key(stranger), "Content-Type": "image/png", "Content-Length": str(_MIB)}
    head = request_head("PUT", "/canary/runs/never/screenshot", headers)
    await stranger.crowd(stranger.hold(head, seconds=40) for _ in range(8))


async def console_logs(stranger: Stranger) -> None:
    """A log of 5 MiB by a valid key, all of which looks like the beginning of a secret."""
    run = await _run(stranger)
    bait = stranger.chance.choice(_BAIT)
    body = itertools.repeat(bait * (_PIECE // len(bait) + 1), 5 * _MIB // _PIECE)
    await stranger.ask(
        "PUT", f"{run}/console-log", {**_key(stranger), "Content-Type": "text/plain"}, body
    )


async def pictures(stranger: Stranger) -> None:
    """A PNG by a valid key that is not what its header says, or as large as one may be."""
    run = await _run(stranger)
    picture = await asyncio.to_thread(_png, *stranger.chance.choice(_PICTURES))
    await stranger.ask(
        "PUT", f"{run}/screenshot", {**_key(stranger), "Content-Type": "image/png"}, picture
    )


async def _run(stranger: Stranger) -> str:
    """The address of a run that was just begun."""
    path = f"/canary/runs/{stranger.chance.randrange(20)}-{uuid.uuid4().hex[:4]}"
    await stranger.ask("PUT", path, _key(stranger), json.dumps(canary_run()).encode())
    return path


async def _deliver(stranger: Stranger, event: str, body: bytes) -> None:
    signature = hmac.new(stranger.target.github_secret.encode(), body, hashlib.sha256).hexdigest()
    headers = {
        "X-GitHub-Event": event,
        "X-GitHub-Delivery": str(uuid.uuid4()),
        "X-Hub-Signature-256": f"sha256={signature}",
        "Content-Length": str(len(body)),
    }
    await stranger.ask(
        "POST", _DOOR, headers, [body[n : n + _PIECE] for n in range(0, len(body), _PIECE)]
    )


def _key(stranger: Stranger) -> dict[str, str]:
    return {"Authorization": f"Bearer {stranger.target.canary_key}"}


def _spaces(size: int) -> Iterable[bytes]:
    return itertools.repeat(b" " * _PIECE, size // _PIECE)


@cache
def _png(width: int, height: int, rows: int) -> bytes:
    """A black picture of four bytes a pixel that says it has this width and height, and holds so many rows."""
    row = bytes(1 + 4 * width)
    packer = zlib.compressobj(9)
    pixels = b"".join([*(packer.compress(row) for _ in range(rows)), packer.flush()])
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
