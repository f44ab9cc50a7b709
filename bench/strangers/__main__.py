"""A stranger's hour: hostile requests of every kind at once, while Plugin Guards report at 100 a second.

Strangers share this machine, at its lowest priority. Before they attack us they attack a server that does nothing:
what Guards wait then is the machine's, and no server could be quicker.

`python -m bench.strangers [sqlite|postgresql] [--minutes N] [--seed S] [--kinds WORD,WORD]`
"""

import asyncio
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from tempfile import TemporaryFile
from typing import Annotated

import typer
from rich.console import Console

from bench.deliveries import SECRET
from bench.stage import Backend, Stage, free_port, stages, started
from bench.strangers import printing
from bench.strangers.attack import attack
from bench.strangers.choosing import Databases, KindWords, Seed, named, seeded
from bench.strangers.costs import Sample, kept, memory, polls
from bench.strangers.elsewhere import answer_nothing
from bench.strangers.guards import ReportingGuard, report
from bench.strangers.printing import Came, between
from bench.strangers.scene import honest_use, scene, target
from bench.strangers.stranger import AttackedServer

_WARM_UP_SECONDS = 10.0
_MOST_QUIET_SECONDS = 40.0
# Who was cut off meanwhile is gone by then.
_SETTLING_SECONDS = 3.0
_AFTERWARDS_SECONDS = 10.0


def hour(backend: Backend, seconds: float, names: Sequence[str], seed: int) -> Came:
    """Watch the web process for a quiet while, for one in which strangers are busy elsewhere, for so many seconds with
    these kinds of strangers, and afterwards.
    """
    stage, guards = scene(backend)
    with (
        TemporaryFile() as log,
        started("webhooks", stage, {"GITHUB_WEBHOOK_SECRET": SECRET}, log) as (port, pid),
        ProcessPoolExecutor(3, get_context("spawn")) as others,
    ):
        asyncio.run(honest_use(stage, port))
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
    busy_elsewhere = begun + min(seconds, _MOST_QUIET_SECONDS)
    left_elsewhere = busy_elsewhere + min(seconds, _MOST_QUIET_SECONDS)
    attacked = left_elsewhere + _SETTLING_SECONDS
    left = attacked + seconds
    seen_polls: list[Sample] = []
    alone: list[Sample] = []
    together: list[Sample] = []
    watching = [
        asyncio.create_task(polls(port, seen_polls)),
        asyncio.create_task(memory(pid, alone, together)),
    ]
    reporting = loop.run_in_executor(others, report, port, guards, left + _AFTERWARDS_SECONDS)
    attacked_server = target(stage, port)
    elsewhere = replace(attacked_server, port=free_port())
    await _attack_nothing(elsewhere, others, names, seed, busy_elsewhere, left_elsewhere)
    attacking = loop.run_in_executor(others, attack, attacked_server, names, seed, attacked, left)
    await asyncio.sleep(attacked - time.monotonic())
    kept_before = await asyncio.to_thread(kept, stage)
    tallies = await attacking
    kept_after = await asyncio.to_thread(kept, stage)
    heard = await reporting
    for each in watching:
        each.cancel()
    seen = (seen_polls, alone, together)
    quiet = between(heard, seen, begun, busy_elsewhere)
    aside = between(heard, seen, busy_elsewhere, left_elsewhere)
    hostile = between(heard, seen, attacked, left)
    afterwards = between(heard, seen, left, float("inf"))
    return Came(quiet, aside, hostile, afterwards, kept_before, kept_after, tallies)


async def _attack_nothing(
    elsewhere: AttackedServer,
    others: ProcessPoolExecutor,
    names: Sequence[str],
    seed: int,
    begin: float,
    until: float,
) -> None:
    loop = asyncio.get_running_loop()
    answering = loop.run_in_executor(others, answer_nothing, elsewhere.port, until)
    await loop.run_in_executor(others, attack, elsewhere, names, seed, begin, until)
    await answering


def main(
    databases: Databases = None,
    minutes: Annotated[float, typer.Option(help="how long strangers stay")] = 2.0,
    seed: Seed = None,
    kinds: KindWords = "",
) -> None:
    """Attack, watch, and print what came of it beside what was wanted."""
    seed, names = seeded(seed), named(kinds)
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
