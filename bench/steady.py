"""Guards that report at a steady rate, whatever becomes of the answers."""

import asyncio
import time
from contextlib import suppress
from typing import NamedTuple

import aiohttp

from bench.crash import Deployment
from bench.stage import PLUGINS

RATE = 20  # reports a second


class SentReport(NamedTuple):
    """One report: when it was sent, how long the answer took, and its status; 0 when there was none."""

    at: float
    seconds: float
    status: int
    sha: str


class Guards:
    """Reports at a steady rate, whatever becomes of the answers."""

    def __init__(
        self, http: aiohttp.ClientSession, running: Deployment, told: list[SentReport]
    ) -> None:
        self._http = http
        self._web = f"http://127.0.0.1:{running.ports['webhooks']}"
        self._room = f"http://127.0.0.1:{running.ports['bot']}/"
        self._key = running.stage.key
        self._told = told
        self._number = 0

    async def report(self, seconds: float) -> None:
        """Report for so long; each report names a commit of its own, and every tenth a failure."""
        end = time.monotonic() + seconds
        async with asyncio.TaskGroup() as group:
            while time.monotonic() < end:
                group.create_task(self._one(self._number))
                self._number += 1
                await asyncio.sleep(1 / RATE)

    async def _one(self, number: int) -> None:
        sha = f"{number:08x}"
        status = 2 if number % 10 == 0 else 1
        line = {
            "name": PLUGINS[number % len(PLUGINS)],
            "branch": "main",
            "sha": sha,
            "status": status,
        }
        body = {
            "domain": "a.example",
            "plugins": [line],
            "discourse": {"branch": "stable", "sha": "h1"},
        }
        began, answered = time.monotonic(), 0
        with suppress(aiohttp.ClientError, TimeoutError):
            headers = {"Api-Key": self._key}
            async with self._http.post(
                f"{self._web}/plugin-manager/status", json=body, headers=headers
            ) as answer:
                answered = answer.status
        self._told.append(SentReport(began, time.monotonic() - began, answered, sha))

    async def readiness(self) -> str:
        """What /readyz says."""
        with suppress(aiohttp.ClientError, TimeoutError):
            async with self._http.get(f"{self._web}/readyz") as answer:
                said = await answer.json()
                return str(said.get("reason", said["status"]))
        return "no answer"

    async def room(self) -> int:
        """The status of the chat room's page."""
        async with self._http.get(self._room) as answer:
            return answer.status
