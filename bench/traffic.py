"""What the three kinds of machines send while processes are killed under them, and what they were answered."""

import asyncio
import hashlib
import hmac
import itertools
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import aiohttp

from bench.deliveries import SECRET, issue_event
from bench.stage import PLUGINS, Stage

# One report or run in so many breaks a branch of its own, which opens an incident and posts a card.
BREAKS_EVERY = 5
# One report in so many breaks more at once than is announced by the same transaction.
_BREAKS_MANY_EVERY = 25
_MANY = 6
_GUARDS = 6
_HUBS = 1
_CANARIES = 1
_PAUSE_SECONDS = 0.005
_AWAY_SECONDS = 0.1


@dataclass
class SentTraffic:
    """By their names: what was acknowledged, and what was in flight when web was killed."""

    acknowledged: set[str] = field(default_factory=set)
    unanswered: set[str] = field(default_factory=set)


@dataclass
class MachineReports:
    """What each kind of machine sent, and which of the acknowledged broke a branch, by the commit in its name."""

    reports: SentTraffic = field(default_factory=SentTraffic)
    deliveries: SentTraffic = field(default_factory=SentTraffic)
    runs: SentTraffic = field(default_factory=SentTraffic)
    broken: set[str] = field(default_factory=set)


@dataclass
class Machines:
    """Guards, GitHub and a browser canary, which report to this port and note in `told` what they were answered."""

    http: aiohttp.ClientSession
    stage: Stage
    port: int
    told: MachineReports = field(default_factory=MachineReports)
    answered: asyncio.Event = field(default_factory=asyncio.Event)

    def start(self) -> list[asyncio.Task[None]]:
        """Let all of them report without end."""
        kinds = [self._report] * _GUARDS + [self._deliver] * _HUBS + [self._run] * _CANARIES
        return [
            asyncio.create_task(self._without_end(send, machine))
            for machine, send in enumerate(kinds)
        ]

    async def heard(self) -> None:
        """Wait until each kind of machine was answered, and something broke."""
        told = self.told
        while not all(
            (
                told.reports.acknowledged,
                told.deliveries.acknowledged,
                told.runs.acknowledged,
                told.broken,
            )
        ):
            self.answered.clear()
            await self.answered.wait()

    async def _without_end(self, send: Callable[[int, int], Awaitable[None]], machine: int) -> None:
        for n in itertools.count():
            await asyncio.sleep(_PAUSE_SECONDS)
            await send(machine, n)

    async def _report(self, machine: int, n: int) -> None:
        """A guard's report on a commit of its own; what got no answer is forgotten, as a Plugin Guard forgets it."""
        sha, breaks = _sha(machine, n), n % BREAKS_EVERY == 0
        line = {"name": PLUGINS[machine], "branch": "main", "sha": sha, "status": 1}
        broken = [sha] if breaks else []
        if n % _BREAKS_MANY_EVERY == 0:
            broken = [_sha(machine, n, place) for place in range(_MANY)]
        lines = [_broken(name, each) for name, each in zip(PLUGINS[machine:], broken, strict=False)]
        host = {"branch": f"host-{machine}", "sha": f"{1:040x}"}
        body = {
            "domain": f"canary{machine}.example.com",
            "plugins": lines or [line],
            "discourse": host,
        }
        answer = await self._send(
            self.told.reports,
            sha,
            "POST",
            "/plugin-manager/status",
            # A key of its own: what breaks in an hour is bounded by the key with which its server spoke last.
            {"Api-Key": self.stage.key_of(machine)},
            body,
        )
        if answer:
            self.told.broken.update(broken)

    async def _deliver(self, machine: int, n: int) -> None:
        """An issue that somebody opened; GitHub does not send again by itself."""
        number = machine * 10_000_000 + n
        body = issue_event("opened", number)
        body["issue"] |= {"updated_at": "2026-03-14T15:09:26Z"}
        headers = {
            "X-GitHub-Event": "issues",
            "X-GitHub-Delivery": f"delivery-{number}",
            "X-Hub-Signature-256": f"sha256={hmac.new(SECRET.encode(), _encoded(body), hashlib.sha256).hexdigest()}",
        }
        await self._send(
            self.told.deliveries, str(number), "POST", "/github/webhooks", headers, body
        )

    async def _run(self, machine: int, n: int) -> None:
        """A browser's run, told when it begins and when it has ended."""
        sha, breaks = _sha(machine, n), n % BREAKS_EVERY == 0
        path, key = f"/canary/runs/{sha}", {"Authorization": f"Bearer {self.stage.canary_key}"}
        begun = _run_begun(PLUGINS[machine], sha)
        await self._send(SentTraffic(), sha, "PUT", path, key, begun)
        said = {"message": f"{_error(sha)} in plugins/{PLUGINS[machine]}/assets"} if breaks else {}
        step = {
            "name": "open the site",
            "result": "failed" if breaks else "passed",
            "duration_ms": 900,
            **said,
        }
        ended = {**begun, "steps": [step], "finished_at": datetime.now(UTC).isoformat()}
        if await self._send(self.told.runs, sha, "PUT", path, key, ended) and breaks:
            self.told.broken.add(sha)

    async def _send(
        self,
        sent: SentTraffic,
        name: str,
        method: str,
        path: str,
        headers: dict[str, str],
        body: dict[str, Any],
    ) -> bool:
        """Send once; whether it was acknowledged."""
        sent.unanswered.add(name)
        json_headers = {**headers, "Content-Type": "application/json"}
        address = f"http://127.0.0.1:{self.port}{path}"
        try:
            async with self.http.request(
                method, address, data=_encoded(body), headers=json_headers
            ) as answer:
                if answer.status != 200 or b"FAILED" in await answer.read():
                    # Refused, as a canary is that told of more runs than are kept of one hour.
                    sent.unanswered.discard(name)
                    return False
        except aiohttp.ClientConnectorError:
            sent.unanswered.discard(name)  # never sent: nobody listens while web is away
            await asyncio.sleep(_AWAY_SECONDS)
            return False
        except (aiohttp.ClientError, TimeoutError):
            return False
        sent.acknowledged.add(name)
        sent.unanswered.discard(name)
        self.answered.set()
        return True


def _sha(machine: int, n: int, place: int = 0) -> str:
    return f"{machine:08x}{place:02x}{n:030x}"


def _broken(name: str, sha: str) -> dict[str, Any]:
    """The plugin's line of a report that breaks a branch of its own."""
    return {
        "name": name,
        "branch": f"branch-{sha}",
        "sha": sha,
        "status": 2,
        "message": _error(sha),
    }


def _error(sha: str) -> str:
    """An error unlike all others, so that no two breakages are one outbreak."""
    return f"NoMethodError: undefined method `{''.join(chr(ord('a') + int(digit, 16)) for digit in sha)}' for nil"


def _encoded(body: dict[str, Any]) -> bytes:
    return json.dumps(body).encode()


def _run_begun(plugin: str, sha: str) -> dict[str, Any]:
    return {
        "server": "bench",
        "host": {"branch": "tests-passed", "sha": f"{9:040x}"},
        "started_at": datetime.now(UTC).isoformat(),
        "steps": [],
        "plugins": [{"name": plugin, "branch": f"branch-{sha}", "sha": sha}],
    }
