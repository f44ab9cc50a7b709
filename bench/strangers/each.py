"""Each kind of stranger alone, for some seconds, while Plugin Guards report at 100 a second.

`python -m bench.strangers.each [sqlite|postgresql] [--seed S] [--kinds WORD,WORD]` takes eight minutes a database.
"""

import asyncio
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

import typer
from rich.console import Console
from rich.table import Table

from bench.deliveries import SECRET
from bench.stage import Backend, stages, started
from bench.strangers.attack import attack
from bench.strangers.choosing import Databases, KindWords, Seed, named, seeded
from bench.strangers.costs import Sample, memory, polls
from bench.strangers.guards import ReportingGuard, report
from bench.strangers.printing import MIB, Phase, between
from bench.strangers.scene import honest_use, scene, target
from bench.strangers.stranger import AttackedServer, Tally

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
    loop = asyncio.get_running_loop()
    seen_polls: list[Sample] = []
    alone: list[Sample] = []
    together: list[Sample] = []
    begun = time.monotonic() + _WARM_UP_SECONDS
    until = begun + _SECONDS_EACH * len(names)
    watching = [
        asyncio.create_task(polls(server.port, seen_polls)),
        asyncio.create_task(memory(pid, alone, together)),
    ]
    reporting = loop.run_in_executor(others, report, server.port, guards, until)
    tallies: dict[str, Tally] = {}
    begins = [begun + _SECONDS_EACH * place + _QUIET_SECONDS for place in range(len(names))]
    for name, begin in zip(names, begins, strict=True):
        how = (server, [name], seed, begin, begin + _ATTACKED_SECONDS, _MOST_REST)
        tallies |= await loop.run_in_executor(others, attack, *how)
    heard = await reporting
    for task in watching:
        task.cancel()
    came = []
    for name, begin in zip(names, begins, strict=True):
        seen = (seen_polls, alone, together)
        quiet = between(heard, seen, begin - _QUIET_SECONDS, begin)
        attacked = between(heard, seen, begin, begin + _ATTACKED_SECONDS)
        came.append(Alone(name, quiet, attacked, tallies[name]))
    return came


def table(title: str, came: Sequence[Alone]) -> Table:
    """A line for each kind."""
    made = Table(title=title, title_justify="left")
    made.add_column("kind")
    for heading in ("p99, ms", "poll, ms", "MiB", "refused", "requests"):
        made.add_column(heading, justify="right")
    made.add_column("answers")
    for alone in came:
        quiet, attacked = alone.quiet, alone.attacked
        answers = sorted(alone.tally.answers.items())
        made.add_row(
            alone.name,
            f"{quiet.percentile(0.99):.0f} → {attacked.percentile(0.99):.0f}",
            f"{quiet.gap:.0f} → {attacked.gap:.0f}",
            f"{alone.grown:+.1f}",
            f"{attacked.refused}",
            f"{alone.tally.requests:,}",
            ", ".join(f"{word} x {count:,}" for word, count in answers),
        )
    return made


def main(databases: Databases = None, seed: Seed = None, kinds: KindWords = "") -> None:
    """Attack in one way after the other, and print what each cost Guards, the event loop and memory."""
    seed, names = seeded(seed), named(kinds)
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
