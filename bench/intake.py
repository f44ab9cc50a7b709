"""Durable intake of guard reports."""

import itertools
import json
from collections.abc import Callable

from rich.table import Table

from bench.load import post
from bench.rates import rates
from bench.stage import PLUGINS, Backend, Stage

SITES = 16
SIZES = (1, 20)


def measure(backend: Backend) -> Table:
    """A table of rates and latencies by the number of plugins in a report."""
    return rates(backend, "Intake of guard reports", "plugins", SIZES, reports)


def reports(stage: Stage, size: int) -> Callable[[], bytes]:
    """Requests in turn: every site reports on every plugin, `size` of them at a time."""
    made = []
    for site in range(SITES):
        for start in range(0, 100, size):
            body = _body(site, PLUGINS[start : start + size])
            made.append(post("/plugin-manager/status", {"Api-Key": stage.key}, body))
    requests = itertools.cycle(made)
    return lambda: next(requests)


def _body(site: int, plugins: tuple[str, ...]) -> bytes:
    lines = [{"name": name, "branch": "main", "sha": f"{7:040x}", "status": 1} for name in plugins]
    host = {"branch": "tests-passed", "sha": f"{9:040x}"}
    return json.dumps(
        {"domain": f"canary{site}.example.com", "plugins": lines, "discourse": host}
    ).encode()
