"""A stranger's hour: hostile requests of every kind at once, while Plugin Guards report at 100 a second.

`python -m bench.strangers [sqlite|postgresql] [--minutes N] [--seed S] [--kinds WORD,WORD]`
"""

import asyncio
import random
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from tempfile import TemporaryFile
from typing import Annotated

import typer
from rich.console import Console

from bench.deliveries import SECRET
from bench.stage import Backend, Stage, stages, started
from bench.strangers import printing
from bench.strangers.attack import attack
from bench.strangers.costs import Sample, kept, memory, polls
from bench.strangers.guards import HeardReport, ReportingGuard, report
from bench.strangers.printing import Came, Phase
from bench.strangers.scene import read_pages, scene, target
from bench.strangers.table import KINDS

_WARM_UP_SECONDS = 10.0
_MOST_QUIET_SECONDS = 40.0
_AFTERWARDS_SECONDS = 10.0


def hour(backend: Backend, seconds: float, names: Sequence[str], seed: int) -> Came:
    """Watch the web process for a quiet while, for so many seconds with these kinds of strangers, and afterwards."""
    stage, guards = scene(backend)
    with (
        TemporaryFile() as log,
        started("webhooks", stage, {"GITHUB_WEBHOOK_SECRET": SECRET}, log) as (port, pid),
        ProcessPoolExecutor(2, get_context("spawn")) as others,
    ):
        read_pages(port)
        came = asyncio.run(_hour(stage, port, pid, guards, others, seconds, names, seed))
        log.seek(0)
        came.logged.update(printing.end(line.decode()) for line in log)
        return came


async def _hour(
    stage: Stage,
    port: int,
    pid: int,
    guards: Sequence[ReportingGuard],
    others: ProcessPoolExecutor,
    seconds: float,
    names: Sequence[str],
    seed: int,
) -> Came:
    loop, begun = asyncio.get_running_loop(), time.monotonic() + _WARM_UP_SECONDS
    attacked = begun + min(seconds, _MOST_QUIET_SECONDS)
    left = attacked + seconds
    seen_polls: list[Sample] = []
    alone: list[Sample] = []
    together: list[Sample] = []
    watching = [
        asyncio.create_task(polls(port, seen_polls)),
        asyncio.create_task(memory(pid, alone, together)),
    ]
    reporting = loop.run_in_executor(others, report, port, guards, left + _AFTERWARDS_SECONDS)
    attacking = loop.run_in_executor(
        others, attack, target(stage, port), names, seed, attacked, left
    )
    await asyncio.sleep(attacked - time.monotonic())
    kept_before = await asyncio.to_thread(kept, stage)
    tallies = await attacking
    kept_after = await asyncio.to_thread(kept, stage)
    heard = await reporting
    for each in watching:
        each.cancel()
    seen = (seen_polls, alone, together)
    quiet = _phase(heard, seen, begun, attacked)
    hostile = _phase(heard, seen, attacked, left)
    afterwards = _phase(heard, seen, left, float("inf"))
    return Came(quiet, hostile, afterwards, kept_before, kept_after, tallies)


def _phase(
    heard: Sequence[HeardReport], seen: Sequence[Sequence[Sample]], begin: float, end: float
) -> Phase:
    within = [[each for each in kind if begin <= each.at < end] for kind in seen]
    return Phase([each for each in heard if begin <= each.due < end], *within)


def main(
    databases: Annotated[
        list[str] | None, typer.Argument(help="sqlite, postgresql, or both if none is named")
    ] = None,
    minutes: Annotated[float, typer.Option(help="how long strangers stay")] = 2.0,
    seed: Annotated[int | None, typer.Option(help="to do the same again")] = None,
    kinds: Annotated[
        str, typer.Option(help="only the kinds of which the name holds one of these words")
    ] = "",
) -> None:
    """Attack, watch, and print what came of it beside what was wanted."""
    seed = random.SystemRandom().randrange(1 << 32) if seed is None else seed
    names = [kind.name for kind in KINDS if any(word in kind.name for word in kinds.split(","))]
    console = Console(width=120)
    console.print(f"{len(names)} kinds of strangers for {minutes:g} minutes, seed {seed}")
    with stages() as backends:
        for backend in backends:
            if not databases or backend.name in databases:
                came = hour(backend, 60 * minutes, names, seed)
                title = f"Guards at 100 reports a second, and strangers, on {backend.name}"
                console.print(printing.summary(title, came), "")
                for table in (printing.tables, printing.kinds, printing.logged):
                    console.print(table(came), "")


if __name__ == "__main__":
    typer.run(main)
