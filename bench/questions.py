"""`/plugin status` in the room, at a thousand and at a million stored reports."""

import asyncio
import json
import time
from contextlib import closing

import aiohttp
from rich.table import Table

from bench.load import LoadResult
from bench.stage import PLUGINS, Backend, Stage, running
from models.database import bulk
from models.database.engine import Database

STORED = (1_000, 1_000_000)
QUESTIONS = 1_000
_CHUNK = 20_000


def measure(backend: Backend) -> Table:
    """A table of the latencies of a question at each number of stored reports."""
    table = Table(title=f"/plugin status on {backend.name}", title_justify="left")
    for heading in ("stored reports", "p50 ms", "p99 ms"):
        table.add_column(heading, justify="right")
    stage = backend.fresh()
    stored = 0
    for wanted in STORED:
        store(stage, stored, wanted)
        stored = wanted
        with running("bot", stage) as room:
            result = asyncio.run(_ask(room))
        table.add_row(f"{wanted:,}", *(f"{result.percentile(p):.2f}" for p in (0.5, 0.99)))
    return table


async def _ask(room: int) -> LoadResult:
    result = LoadResult(1)
    async with (
        aiohttp.ClientSession() as http,
        http.ws_connect(f"http://127.0.0.1:{room}/ws") as socket,
    ):
        for n in range(QUESTIONS + 100):
            asked = time.perf_counter()
            await socket.send_json({"text": f"/plugin status {PLUGINS[n % 100]}"})
            while not (said := json.loads((await socket.receive()).data)).get("private"):
                pass
            assert PLUGINS[n % 100] in said["text"]
            if n >= 100:  # the first ones find their connections and caches cold
                result.latencies.append(time.perf_counter() - asked)
    return result


def store(stage: Stage, start: int, end: int) -> None:
    """Reports of sixteen sites on every plugin and three host branches, with the states that they lead to."""
    with closing(Database(stage.url)) as database:
        for chunk in range(start, end, _CHUNK):
            rows = [_row(n) for n in range(chunk, min(chunk + _CHUNK, end))]
            with database.write() as session:
                bulk.run(session, _REPORTS, rows)
        with database.write() as session:
            bulk.run(session, _STATES)
            bulk.run(session, _STATUSES)


def _row(n: int) -> tuple[int, str, str, str]:
    return (
        n % 100 + 1,
        ("tests-passed", "beta", "stable")[n // 100 % 3],
        f"{n // 300:040x}",
        "compatible",
    )


_REPORTS = """
INSERT INTO report (received_at, source, plugin_id, plugin_branch, host_branch, plugin_sha, host_sha, verdict)
SELECT CURRENT_TIMESTAMP, 'guard', plugin_id, 'main', host_branch, sha, sha, verdict
FROM {rows(plugin_id int, host_branch text, sha text, verdict text)} r
"""
_STATES = """
INSERT INTO source_verdict (plugin_id, plugin_branch, host_branch, source, verdict, plugin_sha, host_sha, changed_at,
                            seen_at, expired, good_rounds)
SELECT plugin_id, 'main', host_branch, 'guard', 'compatible', max(plugin_sha), max(host_sha), max(received_at),
       max(received_at), false, 0
FROM report GROUP BY plugin_id, host_branch
ON CONFLICT (plugin_id, plugin_branch, host_branch, source) DO NOTHING
"""
_STATUSES = """
INSERT INTO status (plugin_id, plugin_branch, host_branch, verdict, changed_at)
SELECT plugin_id, plugin_branch, host_branch, verdict, changed_at FROM source_verdict WHERE true
ON CONFLICT (plugin_id, plugin_branch, host_branch) DO NOTHING
"""
