"""`python -m bench.simulator [--seed N] [--months M]`: simulate, and print what the alerts were worth."""

import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import chain
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bench.simulator.naming import NamingFigures, named_rightly, naming
from bench.simulator.parameters import HOUR, MONTH, START
from bench.simulator.ratio import Ratio
from bench.simulator.running import simulated
from bench.simulator.scoring import Figures, figures
from bench.simulator.world import World


def main(
    seed: Annotated[int, typer.Option(help="Which world; the same one for the same number.")] = 1,
    months: Annotated[int, typer.Option(min=1, max=38, help="How long it is simulated.")] = 12,
    commits: Annotated[
        bool, typer.Option("--commits", help="Let a stand-in of GitHub tell the host's commits.")
    ] = False,
) -> None:
    """Simulate so many months of the world of a seed, and compare what was told with the truth."""
    begun = time.monotonic()
    world = World(seed, START + months * MONTH)
    named = None
    if commits:
        with naming(world) as seen, simulated(world, seen.look) as run:
            found, named = figures(run), named_rightly(run, seen.said)
    else:
        with simulated(world) as run:
            found = figures(run)
    title = f"Seed {seed}, {months} months, {found.telling.proved} real causes that reports proved"
    table = Table("", "", title=f"{title}, simulated in {time.monotonic() - begun:.0f} s")
    table.columns[1].justify = "right"
    for row in chain(rows(found), _naming_rows(named) if named else ()):
        table.add_row(*row)
    Console(width=120).print(table)


def rows(found: Figures) -> Iterator[tuple[str, str]]:
    """Each figure with its name."""
    told, blamed = found.telling, found.blaming
    yield "False alarms a month (no real cause)", f"{found.false_alarms / found.months:.1f}"
    yield "Quiet cards a month", f"{found.quiet_cards / found.months:.1f}"
    wrong = found.false_recoveries
    yield '"recovered" while sites still fail', f"{wrong.part} of {wrong.whole:,}"
    yield "Cards per real cause", f"{found.cards.value:.2f}"
    yield "Messages per real cause, with recoveries", f"{found.messages.value:.2f}"
    both = blamed.undecided
    yield '"both" said where other reports decide', f"{both.part} of {both.whole}"
    yield "Proposed pin right", f"{blamed.pins.value:.1%} of {blamed.pins.whole}"
    yield "Outbreak pairs: precision", f"{found.precision.value:.2f} of {found.precision.whole}"
    yield "Outbreak pairs: recall", f"{found.recall.value:.2f} of {found.recall.whole}"
    yield "Recoveries told more than 2 days late", str(found.late_recoveries)
    yield "Real causes never told", str(told.never)
    yield "Real causes told later than the report that proves them", str(told.late)
    waits = f"{_hours(told.wait(0.5))} / {_hours(told.wait(0.95))}"
    yield "From the first bad report to the first loud card, median / 95 %", waits


def _naming_rows(found: NamingFigures) -> Iterator[tuple[str, str]]:
    yield (
        "Host's breakages whose error names what the guilty commit touches",
        str(found.first.whole),
    )
    yield "  of these: the commit is named", f"{found.first.part}"
    yield "  of these: the commit is among the first three", f"{found.among_three.part}"
    yield "  of these: missed", f"{found.missed.part}"
    silent = found.rightly_silent
    yield "Rightly silent, of the host's breakages that name nothing of it", _of(silent)
    yield "Another commit named, of all causes that were looked into", _of(found.wrong)


def _of(found: Ratio) -> str:
    return f"{found.part} of {found.whole}"


def _hours(wait: timedelta) -> str:
    return f"{wait / HOUR:.1f} h"


if __name__ == "__main__":
    typer.run(main)
