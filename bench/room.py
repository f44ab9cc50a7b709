"""From the POST of a failing report to the message in the chat room, across processes."""

import asyncio
import json
import re
import time

import aiohttp
from rich.table import Table

from bench.load import LoadResult
from bench.stage import PLUGINS, Backend, Stage, running

REPORTS_A_SECOND = 100
SECONDS = 10
# One report in so many breaks something: many more than on the worst day, and then all of them.
BREAKS_EVERY = (10, 1)
_BRANCH = re.compile(r"\((branch-\d+)[,)]")


def measure(backend: Backend) -> Table:
    """A table with the latencies of alerts at 100 reports a second, each of which opens an incident of its own."""
    table = Table(title=f"POST to the message in the room on {backend.name}", title_justify="left")
    for heading in ("reports /s", "alerts /s", "alerts seen", "p50 ms", "p99 ms", "worst ms"):
        table.add_column(heading, justify="right")
    for every in BREAKS_EVERY:
        stage = backend.fresh()
        with running("webhooks", stage) as web, running("bot", stage) as room:
            result = asyncio.run(alerts(stage, web, room, every))
        rates = (str(REPORTS_A_SECOND), str(REPORTS_A_SECOND // every))
        seen = f"{len(result.latencies)} of {REPORTS_A_SECOND * SECONDS // every}"
        table.add_row(*rates, seen, *(f"{result.percentile(p):.1f}" for p in (0.5, 0.99, 1.0)))
    return table


async def alerts(
    stage: Stage, web: int, room: int, every: int, intake: LoadResult | None = None
) -> LoadResult:
    """How long alerts took, of 100 reports a second; how long these took is added to `intake`."""
    result = LoadResult(SECONDS)
    posted: dict[str, float] = {}
    number = REPORTS_A_SECOND * SECONDS // every
    async with (
        aiohttp.ClientSession() as http,
        http.ws_connect(f"http://127.0.0.1:{room}/ws") as socket,
    ):
        listening = asyncio.create_task(_listen(socket, posted, result, number))
        started = time.monotonic()
        posting = []
        for n in range(REPORTS_A_SECOND * SECONDS):
            await asyncio.sleep(started + n / REPORTS_A_SECOND - time.monotonic())
            sent = post(http, web, stage, n, posted, breaks=n % every == 0, answered=intake)
            posting.append(asyncio.create_task(sent))
        await asyncio.gather(*posting)
        await asyncio.wait([listening], timeout=15)
        listening.cancel()
    return result


async def post(
    http: aiohttp.ClientSession,
    web: int,
    stage: Stage,
    n: int,
    posted: dict[str, float],
    *,
    breaks: bool,
    answered: LoadResult | None = None,
) -> None:
    """Post a heartbeat, or a report that breaks a branch of its own with an error of its own, gathered with none."""
    branch = f"branch-{n}" if breaks else "main"
    line: dict[str, object] = {
        "name": PLUGINS[n % 100],
        "branch": branch,
        "sha": f"{7:040x}",
        "status": 1,
    }
    if breaks:
        line |= {"status": 2, "message": f"NoMethodError: undefined method `{word(n)}' for nil"}
    body = {
        "domain": "canary.example.com",
        "plugins": [line],
        "discourse": {"branch": "stable", "sha": f"{1:040x}"},
    }
    began = posted[branch] = time.monotonic()
    url = f"http://127.0.0.1:{web}/plugin-manager/status"
    async with http.post(url, json=body, headers={"Api-Key": stage.key_of(n)}) as answer:
        assert (await answer.json())["success"] == "OK"
    if answered is not None:
        answered.latencies.append(time.monotonic() - began)


def word(n: int) -> str:
    """A word of its own for each number: digits would be left out of a fingerprint."""
    return "".join(chr(ord("a") + int(digit)) for digit in str(n))


async def _listen(
    socket: aiohttp.ClientWebSocketResponse,
    posted: dict[str, float],
    result: LoadResult,
    waiting: int,
) -> None:
    seen: set[str] = set()
    while waiting > 0:
        said = json.loads((await socket.receive()).data)
        now = time.monotonic()
        if said["thread"] is not None:
            continue
        for branch in _BRANCH.findall(said["text"]):  # of a list, too
            if branch not in seen:
                seen.add(branch)
                result.latencies.append(now - posted[branch])
                waiting -= 1
