"""Each kind of stranger alone, for some seconds, while Plugin Guards report at 100 a second.

`python -m bench.strangers.each [sqlite|postgresql] [--seed S] [--kinds WORD,WORD]` takes eight minutes a database.
"""

import asyncio
import random
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bench.deliveries import SECRET
from bench.stage import Backend, stages, started
from bench.strangers.attack import attack
from bench.strangers.costs import Sample, memory, polls
from bench.strangers.guards import HeardReport, ReportingGuard, report
from bench.strangers.printing import MIB, Phase
from bench.strangers.scene import honest_use, scene, target
from bench.strangers.stranger import AttackedServer, Tally
from bench.strangers.table import KINDS

_WARM_UP_SECONDS = 10.0
_QUIET_SECONDS = 3.0
_ATTACKED_SECONDS = 5.0
_SETTLING_SECONDS = 1.0
_SECONDS_EACH = _QUIET_SECONDS + _ATTACKED_SECONDS + _SETTLING_SECONDS
# All together rest longer, so as not to ask too much of this machine.
_MOST_REST = 1.0


@dataclass
class Alone:
    """What was seen before and while one kind attacked, and what it was answered."""

    name: str
    quiet: Phase
    attacked: Phase
    tally: Tally

    @property
    def grown(self) -> float:
        """By how many MiB the web process and what it started took more at the peak than just before."""
        before = max(seen.figure for seen in self.quiet.together)
        return (max(seen.figure for seen in self.attacked.together) - before) / MIB


@dataclass
class _Watched:
    """What is noted all the while; reports are known at the end."""

    polls: list[Sample]
    alone: list[Sample]
    together: list[Sample]
    reports: Sequence[HeardReport] = ()

    def between(self, begin: float, end: float) -> Phase:
        seen = [
            [sample for sample in kind if begin <= sample.at < end]
            for kind in (self.polls, self.alone, self.together)
        ]
        return Phase([heard for heard in self.reports if begin <= heard.due < end], *seen)


def each(backend: Backend, names: Sequence[str], seed: int) -> list[Alone]:
    """Let one kind after the other attack the same web process."""
    stage, guards = scene(backend)
    with (
        started("webhooks", stage, {"GITHUB_WEBHOOK_SECRET": SECRET}) as (port, pid),
        ProcessPoolExecutor(2, get_context("spawn")) as others,
    ):
        asyncio.run(honest_use(stage, port))
        return asyncio.run(_each(target(stage, port), pid, guards, others, names, seed))


async def _each(
    server: AttackedServer,
    pid: int,
    guards: Sequence[ReportingGuard],
    others: ProcessPoolExecutor,
    names: Sequence[str],
    seed: int,
) -> list[Alone]:
    loop, watched = asyncio.get_running_loop(), _Watched([], [], [])
    begun = time.monotonic() + _WARM_UP_SECONDS
    until = begun + _SECONDS_EACH * len(names)
    watching = [
        asyncio.create_task(polls(server.port, watched.polls)),
        asyncio.create_task(memory(pid, watched.alone, watched.together)),
    ]
    reporting = loop.run_in_executor(others, report, server.port, guards, until)
    tallies: dict[str, Tally] = {}
    begins = [begun + _SECONDS_EACH * place + _QUIET_SECONDS for place in range(len(names))]
    for name, begin in zip(names, begins, strict=True):
        how = (server, [name], seed, begin, begin + _ATTACKED_SECONDS, _MOST_REST)
        tallies |= await loop.run_in_executor(others, attack, *how)
    watched.reports = await reporting
    for task in watching:
        task.cancel()
    return [
        Alone(
            name,
            watched.between(begin - _QUIET_SECONDS, begin),
            watched.between(begin, begin + _ATTACKED_SECONDS),
            tallies[name],
        )
        for name, begin in zip(names, begins, strict=True)
    ]


def table(title: str, came: Sequence[Alone]) -> Table:
    """A line for each kind."""
    made = Table(title=title, title_justify="left")
    made.add_column("kind")
    for heading in ("p99, ms", "poll, ms", "MiB", "refused", "requests"):
        made.add_column(heading, justify="right")
    made.add_column("answers")
    for alone in came:
        quiet, attacked, answers = alone.quiet, alone.attacked, alone.tally.answers
        made.add_row(
            alone.name,
            f"{quiet.percentile(0.99):.0f} → {attacked.percentile(0.99):.0f}",
            f"{quiet.gap:.0f} → {attacked.gap:.0f}",
            f"{alone.grown:+.1f}",
            f"{attacked.refused}",
            f"{alone.tally.requests:,}",
            ", ".join(f"{word} x {count:,}" for word, count in sorted(answers.items())),
        )
    return made


def main(
    databases: Annotated[
        list[str] | None, typer.Argument(help="sqlite, postgresql, or both if none is named")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="to do the same again")] = None,
    kinds: Annotated[
        str, typer.Option(help="only the kinds of which the name holds one of these words")
    ] = "",
) -> None:
    """Attack in one way after the other, and print what each cost Guards, the event loop and memory."""
    seed = random.SystemRandom().randrange(1 << 32) if seed is None else seed
    names = [kind.name for kind in KINDS if any(word in kind.name for word in kinds.split(","))]
    console = Console(width=120)
    with stages() as backends:
        for backend in backends:
            if not databases or backend.name in databases:
                title = (
                    f"strangers one kind at a time on {backend.name}, seed {seed}: quiet → attacked"
                )
                console.print(table(title, each(backend, names, seed)), "")


if __name__ == "__main__":
    typer.run(main)
