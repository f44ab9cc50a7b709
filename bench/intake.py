"""Durable intake of guard reports, beside the same server answering the same body without storing it."""

import itertools
import json
from collections.abc import Callable

from rich.table import Table

from bench.load import Result, load, post
from bench.stage import PLUGINS, Backend, Stage, running

SITES = 16
SECONDS = 4.0
WARM_UP_SECONDS = 1.0
CONNECTIONS = (1, 16, 64)
SIZES = (1, 20)


def measure(backend: Backend) -> Table:
    """A table of rates and latencies, one row a report size and number of connections."""
    table = Table(title=f"Intake of guard reports on {backend.name}", title_justify="left")
    for heading in ("plugins", "connections", "floor /s", "stored /s", "share", "p50 ms", "p99 ms", "not 200"):
        table.add_column(heading, justify="right")
    for size in SIZES:
        floor = _rates(backend.fresh(), "bench.floor", size)
        stored = _rates(backend.fresh(), "webhooks", size)
        for connections, bare, durable in zip(CONNECTIONS, floor, stored, strict=True):
            table.add_row(*_cells(size, connections, bare, durable))
    return table


def _cells(size: int, connections: int, floor: Result, stored: Result) -> list[str]:
    lost = sum(count for status, count in stored.statuses.items() if status != 200)
    rates = [f"{floor.rate:,.0f}", f"{stored.rate:,.0f}", f"{stored.rate / floor.rate:.0%}"]
    return [str(size), str(connections), *rates, *(f"{stored.percentile(p):.2f}" for p in (0.5, 0.99)), str(lost)]


def _rates(stage: Stage, module: str, size: int) -> list[Result]:
    request = reports(stage, size)
    with running(module, stage) as port:
        load(port, CONNECTIONS[-1], WARM_UP_SECONDS, request)
        return [load(port, connections, SECONDS, request) for connections in CONNECTIONS]


def reports(stage: Stage, size: int) -> Callable[[], bytes]:
    """Requests in turn: every site reports on every plugin, `size` of them at a time."""
    bodies = [_body(site, PLUGINS[start : start + size]) for site in range(SITES) for start in range(0, 100, size)]
    requests = itertools.cycle([post("/plugin-manager/status", {"Api-Key": stage.key}, body) for body in bodies])
    return lambda: next(requests)


def _body(site: int, plugins: tuple[str, ...]) -> bytes:
    lines = [{"name": name, "branch": "main", "sha": f"{7:040x}", "status": 1} for name in plugins]
    host = {"branch": "tests-passed", "sha": f"{9:040x}"}
    return json.dumps({"domain": f"canary{site}.example.com", "plugins": lines, "discourse": host}).encode()
