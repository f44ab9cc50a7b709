"""A canary run with its log and a 2 MB screenshot, from the first PUT to the last answer, beside storing nothing."""

import io
import json
import os
import time
from contextlib import closing
from datetime import UTC, datetime
from http.client import HTTPConnection

from PIL import Image
from rich.table import Table

from bench.load import LoadResult
from bench.stage import PLUGINS, Backend, Stage, running
from models.database.engine import Database
from models.operating import keys
from models.rules.kinds import KeyKind

RUNS = 30
SCREENSHOT_BYTES = 2_000_000
LOG_BYTES = 200_000
_RUNS_OF_SERVER = 3


def measure(backend: Backend) -> Table:
    """A table with the latencies of whole runs of four requests each, and of the screenshot among them."""
    table = Table(
        title=f"Canary runs with a 2 MB screenshot on {backend.name}", title_justify="left"
    )
    for heading in ("", "runs", "p50 ms", "p99 ms", "screenshot p50 ms"):
        table.add_column(heading, justify="right")
    for words, module in (("floor", "bench.floor"), ("stored", "webhooks")):
        whole, pictures = _runs(backend.fresh(), module)
        shown = f"{pictures.percentile(0.5):.1f}"
        table.add_row(words, str(RUNS), *(f"{whole.percentile(p):.1f}" for p in (0.5, 0.99)), shown)
    return table


def _runs(stage: Stage, module: str) -> tuple[LoadResult, LoadResult]:
    whole = LoadResult(1)
    pictures = LoadResult(1)
    png = screenshot()
    servers = _servers(stage)
    with running(module, stage) as port:
        http = HTTPConnection("127.0.0.1", port, timeout=30)
        for n in range(RUNS):
            started = time.perf_counter()
            path = f"/canary/runs/run-{n}"
            server, key = servers[n // _RUNS_OF_SERVER]
            facts = _facts(server, datetime.now(UTC))
            _put(http, key, path, json.dumps({**facts, "steps": []}).encode(), "application/json")
            _put(
                http,
                key,
                f"{path}/console-log",
                b"[log] booted\n" * (LOG_BYTES // 13),
                "text/plain",
            )
            pictured = time.perf_counter()
            _put(http, key, f"{path}/screenshot", png, "image/png")
            pictures.latencies.append(time.perf_counter() - pictured)
            steps = [{"name": "open the site", "result": "passed", "duration_ms": 900}]
            ended = {**facts, "steps": steps, "finished_at": datetime.now(UTC).isoformat()}
            _put(http, key, path, json.dumps(ended).encode(), "application/json")
            whole.latencies.append(time.perf_counter() - started)
    return whole, pictures


def _servers(stage: Stage) -> list[tuple[str, str]]:
    """Enough servers for the runs, each with its key: one may send a few such pictures an hour."""
    names = [f"bench{n}" for n in range(-(-RUNS // _RUNS_OF_SERVER))]
    now = datetime.now(UTC)
    with closing(Database(stage.url)) as database, database.write() as session:
        return [(name, keys.create(session, KeyKind.CANARY, name, None, now)) for name in names]


def _facts(server: str, started_at: datetime) -> dict[str, object]:
    plugins = [{"name": name, "branch": "main", "sha": f"{7:040x}"} for name in PLUGINS]
    host = {"branch": "tests-passed", "sha": f"{9:040x}"}
    return {
        "server": server,
        "host": host,
        "started_at": started_at.isoformat(),
        "plugins": plugins,
    }


def _put(http: HTTPConnection, key: str, path: str, body: bytes, media_type: str) -> None:
    http.request(
        "PUT",
        path,
        body,
        {"Authorization": f"Bearer {key}", "Content-Type": media_type},
    )
    answer = http.getresponse()
    said = answer.read()
    assert answer.status == 200, said


def screenshot() -> bytes:
    """A full-page picture of about 2 MB: noise below a plain page, for nothing else is so hard to compress."""
    picture = Image.new("RGB", (1366, 2400), "#f4f4f4")
    height = SCREENSHOT_BYTES // (1366 * 3)
    picture.paste(Image.frombytes("RGB", (1366, height), os.urandom(1366 * height * 3)), (0, 600))
    stored = io.BytesIO()
    picture.save(stored, "PNG")
    return stored.getvalue()
