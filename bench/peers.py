"""Our intake beside Alertmanager, which takes alerts and stores none durably: same machine, same run, in turn."""

import itertools
import json
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

from rich.table import Table

from bench.intake import reports
from bench.load import LoadResult, load, post
from bench.stage import PLUGINS, Backend, free_port, running, wait_for

# Debian's package of this name; its home is https://prometheus.io.
_PROGRAM = "prometheus-alertmanager"
_ROUNDS = 5
_SECONDS = 3.0
_CONNECTIONS = 64
_CONFIGURATION = "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n"


def measure(backend: Backend) -> Table:
    """A table of requests a second: the slowest round, the one in the middle and the fastest."""
    title = f"Reports on {backend.name} beside alerts to Alertmanager, {_CONNECTIONS} connections"
    table = Table(title=title, title_justify="left")
    for heading in ("sent", "min /s", "median /s", "max /s", "p99 ms", "not 200"):
        table.add_column(heading, justify="left" if heading == "sent" else "right")
    if shutil.which(_PROGRAM) is None:
        table.add_row(f"nothing: {_PROGRAM} is not installed", *[""] * 5)
        return table
    for sent, rounds in _in_turn(backend).items():
        table.add_row(sent, *_cells(rounds))
    return table


def _cells(rounds: list[LoadResult]) -> list[str]:
    rates = [each.rate for each in rounds]
    refused = sum(sum(each.statuses.values()) - each.statuses.get(200, 0) for each in rounds)
    slowest = median(each.percentile(0.99) for each in rounds)
    shown = [f"{rate:,.0f}" for rate in (min(rates), median(rates), max(rates))]
    return [*shown, f"{slowest:.1f}", str(refused)]


def _in_turn(backend: Backend) -> dict[str, list[LoadResult]]:
    """The rounds of each kind of request: one of each, then again."""
    stage = backend.fresh()
    with ExitStack() as opened:
        floor = opened.enter_context(running("bench.floor", stage))
        ours = opened.enter_context(running("webhooks", stage))
        peer = opened.enter_context(_alertmanager())
        kinds: dict[str, tuple[int, Callable[[], bytes]]] = {
            "the floor: a report of 1 plugin, not stored": (floor, reports(stage, 1)),
            "a report of 1 plugin": (ours, reports(stage, 1)),
            "1 alert to Alertmanager": (peer, _alerts(1)),
            "a report of 20 plugins": (ours, reports(stage, 20)),
            "20 alerts to Alertmanager": (peer, _alerts(20)),
            "1 alert that Alertmanager has not seen": (peer, _new_alerts()),
        }
        rounds: dict[str, list[LoadResult]] = {name: [] for name in kinds}
        for _ in range(_ROUNDS):
            for name, (port, request) in kinds.items():
                rounds[name].append(load(port, _CONNECTIONS, _SECONDS, request))
    return rounds


@contextmanager
def _alertmanager() -> Iterator[int]:
    """The program, alone and on loopback; its port."""
    with tempfile.TemporaryDirectory() as folder:
        file, port = Path(folder, "alertmanager.yml"), free_port()
        file.write_text(_CONFIGURATION)
        command = [_PROGRAM, f"--config.file={file}", f"--storage.path={folder}"]
        alone = [f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address="]
        with subprocess.Popen([*command, *alone, "--log.level=error"]) as process:
            try:
                wait_for(port, process)
                yield port
            finally:
                process.terminate()


def _alerts(size: int) -> Callable[[], bytes]:
    """Requests in turn: alerts for all plugins, so many at a time, again and again."""
    starts = range(0, len(PLUGINS), size)
    requests = itertools.cycle([_alert(PLUGINS[start : start + size]) for start in starts])
    return lambda: next(requests)


def _new_alerts() -> Callable[[], bytes]:
    numbers = itertools.count()
    return lambda: _alert((f"discourse-new-{next(numbers)}",))


def _alert(plugins: tuple[str, ...]) -> bytes:
    labels = ({"alertname": "Broken", "plugin": name, "branch": "main"} for name in plugins)
    return post("/api/v2/alerts", {}, json.dumps([{"labels": each} for each in labels]).encode())
