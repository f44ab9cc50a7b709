"""From the POST of a failing report to the message in the chat room, across processes."""

import asyncio
import json
import time

import aiohttp
from rich.table import Table

from bench.load import Result
from bench.stage import PLUGINS, Backend, Stage, running

REPORTS_A_SECOND = 100
SECONDS = 10


def measure(backend: Backend) -> Table:
    """A table with the latencies of alerts at 100 reports a second, each of which opens an incident."""
    stage = backend.fresh()
    with running("webhooks", stage) as web, running("bot", stage) as room:
        result = asyncio.run(_alerts(stage, web, room))
    table = Table(title=f"POST to the message in the room on {backend.name}", title_justify="left")
    for heading in ("reports /s", "alerts seen", "p50 ms", "p99 ms", "worst ms"):
        table.add_column(heading, justify="right")
    seen = f"{len(result.latencies)} of {REPORTS_A_SECOND * SECONDS}"
    table.add_row(str(REPORTS_A_SECOND), seen, *(f"{result.percentile(p):.1f}" for p in (0.5, 0.99, 1.0)))
    return table


async def _alerts(stage: Stage, web: int, room: int) -> Result:
    result = Result(SECONDS)
    posted: dict[str, float] = {}
    async with aiohttp.ClientSession() as http, http.ws_connect(f"http://127.0.0.1:{room}/ws") as socket:
        listening = asyncio.create_task(_listen(socket, posted, result))
        started = time.perf_counter()
        posting = []
        for n in range(REPORTS_A_SECOND * SECONDS):
            await asyncio.sleep(started + n / REPORTS_A_SECOND - time.perf_counter())
            posting.append(asyncio.create_task(_post(http, web, stage, n, posted)))
        await asyncio.gather(*posting)
        await asyncio.wait([listening], timeout=15)
        listening.cancel()
    return result


async def _post(http: aiohttp.ClientSession, web: int, stage: Stage, n: int, posted: dict[str, float]) -> None:
    """A report that breaks a branch of its own with an error of its own, so that nothing is gathered or coalesced."""
    branch = f"branch-{n}"
    message = f"NoMethodError: undefined method `{_word(n)}' for nil"
    line = {"name": PLUGINS[n % 100], "branch": branch, "sha": f"{n:040x}", "status": 2, "message": message}
    body = {"domain": "canary.example.com", "plugins": [line], "discourse": {"branch": "stable", "sha": f"{1:040x}"}}
    posted[branch] = time.perf_counter()
    url = f"http://127.0.0.1:{web}/plugin-manager/status"
    async with http.post(url, json=body, headers={"Api-Key": stage.key}) as answer:
        assert (await answer.json())["success"] == "OK"


def _word(n: int) -> str:
    return "".join(chr(ord("a") + int(digit)) for digit in str(n))


async def _listen(socket: aiohttp.ClientWebSocketResponse, posted: dict[str, float], result: Result) -> None:
    waiting = REPORTS_A_SECOND * SECONDS
    while waiting:
        said = json.loads((await socket.receive()).data)
        now = time.perf_counter()
        if said["thread"] is None and "(branch-" in said["title"]:
            branch = said["title"].partition("(")[2].partition(")")[0]
            result.latencies.append(now - posted[branch])
            waiting -= 1
