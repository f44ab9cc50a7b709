"""How many requests of a kind are stored a second, beside the same server verifying and answering them unstored."""

from collections.abc import Callable, Sequence

from rich.table import Table

from bench.load import LoadResult, load
from bench.stage import Backend, Stage, running

SECONDS = 4.0
WARM_UP_SECONDS = 1.0
CONNECTIONS = (1, 16, 64)

# The requests of one size for a stage, in turn.
Requests = Callable[[Stage, int], Callable[[], bytes]]


def rates(
    backend: Backend,
    title: str,
    unit: str,
    sizes: Sequence[int],
    requests: Requests,
    **settings: str,
) -> Table:
    """A table of rates and latencies, one row a size (in `unit`) and number of connections."""
    table = Table(title=f"{title} on {backend.name}", title_justify="left")
    for heading in (
        unit,
        "connections",
        "floor /s",
        "stored /s",
        "share",
        "p50 ms",
        "p99 ms",
        "not 200",
    ):
        table.add_column(heading, justify="right")
    for size in sizes:
        floor, stored = (
            _measured(backend.fresh(), module, size, requests, settings)
            for module in ("bench.floor", "webhooks")
        )
        for connections, bare, durable in zip(CONNECTIONS, floor, stored, strict=True):
            table.add_row(*_cells(size, connections, bare, durable))
    return table


def _cells(size: int, connections: int, floor: LoadResult, stored: LoadResult) -> list[str]:
    lost = sum(number for status, number in stored.statuses.items() if status != 200)
    shown = [f"{floor.rate:,.0f}", f"{stored.rate:,.0f}", f"{stored.rate / floor.rate:.0%}"]
    return [
        f"{size:,}",
        str(connections),
        *shown,
        *(f"{stored.percentile(p):.2f}" for p in (0.5, 0.99)),
        str(lost),
    ]


def _measured(
    stage: Stage, module: str, size: int, requests: Requests, settings: dict[str, str]
) -> list[LoadResult]:
    sent = requests(stage, size)
    with running(module, stage, **settings) as port:
        load(port, CONNECTIONS[-1], WARM_UP_SECONDS, sent)
        return [load(port, connections, SECONDS, sent) for connections in CONNECTIONS]
