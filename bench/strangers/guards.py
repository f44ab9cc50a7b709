"""A hundred reports a second by fifty Plugin Guards, in a process of their own, each timed from when it was due."""

import asyncio
import json
import re
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import NamedTuple

from bench.load import post
from bench.stage import PLUGINS

GUARDS = 50
RATE = 100
LINES = 5
# A Guard in the field gives up after some time and forgets its report.
_PATIENCE_SECONDS = 20
_PERIOD_SECONDS = GUARDS / RATE
# Most keep their connection, which is harder on nobody; one in so many connects anew, as they do in the field.
_FRESH_EVERY = 10
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class ReportingGuard:
    """A site with a key of its own, a canary server's or a client site's."""

    number: int
    domain: str
    header: str
    key: str

    @property
    def report(self) -> bytes:
        """What it reports: the same plugins at the same commits each time, all well."""
        plugins = [
            {"name": name, "branch": "main", "sha": f"{self.number:040x}", "status": 1}
            for name in self.plugins
        ]
        host = {"branch": "tests-passed", "sha": f"{7:040x}"}
        body = {"domain": self.domain, "plugins": plugins, "discourse": host}
        return post("/plugin-manager/status", {self.header: self.key}, json.dumps(body).encode())

    @property
    def registration(self) -> bytes:
        """What a client site tells first."""
        body = {"domain": self.domain, "plugins": self.plugins}
        return post(
            "/plugin-manager/user/register", {self.header: self.key}, json.dumps(body).encode()
        )

    @property
    def plugins(self) -> Sequence[str]:
        """The plugins that it runs, the same as nobody else does."""
        first = 2 * self.number % len(PLUGINS)
        return [PLUGINS[(first + n) % len(PLUGINS)] for n in range(LINES)]


class HeardReport(NamedTuple):
    """One report: when it was due (monotonic), its seconds until the answer, and whether it was taken."""

    due: float
    seconds: float
    taken: bool


def report(port: int, guards: Sequence[ReportingGuard], until: float) -> list[HeardReport]:
    """Report until then, by the monotonic clock; what became of each report."""
    return asyncio.run(_report(port, guards, until))


async def _report(port: int, guards: Sequence[ReportingGuard], until: float) -> list[HeardReport]:
    heard: list[HeardReport] = []
    await asyncio.gather(*(_keep_reporting(port, guard, until, heard) for guard in guards))
    return heard


async def _keep_reporting(
    port: int, guard: ReportingGuard, until: float, heard: list[HeardReport]
) -> None:
    line, sent = _GuardConnection(port, guard), 0
    if guard.header == "User-Api-Key":
        await line.send(guard.registration)
    due = time.monotonic() + _PERIOD_SECONDS * guard.number / GUARDS
    while due < until:
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        sent += 1
        if sent % _FRESH_EVERY == 0:
            line.hang_up()
        taken = await line.send(guard.report)
        heard.append(HeardReport(due, time.monotonic() - due, taken))
        due += _PERIOD_SECONDS
    line.hang_up()


class _GuardConnection:
    """The connection of one Guard, made anew after it broke."""

    def __init__(self, port: int, guard: ReportingGuard) -> None:
        self._port = port
        self._address = f"127.10.0.{guard.number + 1}"
        self._open: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def send(self, request: bytes) -> bool:
        """Whether the server took it."""
        with suppress(OSError, EOFError, TimeoutError):
            async with asyncio.timeout(_PATIENCE_SECONDS):
                return await self._answered(request)
        self.hang_up()
        return False

    async def _answered(self, request: bytes) -> bool:
        if self._open is None:
            self._open = await asyncio.open_connection(
                "127.0.0.1", self._port, local_addr=(self._address, 0)
            )
        reader, writer = self._open
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        found = _LENGTH.search(head)
        body = await reader.readexactly(int(found[1])) if found else b""
        return head.startswith(b"HTTP/1.1 200") and b'"success"' in body

    def hang_up(self) -> None:
        """End the connection."""
        if self._open:
            self._open[1].transport.abort()
        self._open = None
