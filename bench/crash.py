"""kill -9 of web, bot and jobs at random moments under load: what was acknowledged must be there, and announced.

`python -m bench.crash [sqlite|postgresql] [KILLS]`; each of the three processes is killed so many
times.
"""

import asyncio
import os
import random
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import chain

import aiohttp
from rich.console import Console
from rich.table import Table

from bench.deliveries import SECRET
from bench.stage import Backend, Stage, free_port, number_and_databases, stages, wait_for
from bench.traffic import MachineReports, Machines
from models.database import bulk
from models.database.engine import Database

_DRAIN_SECONDS = 60
# On a card of its own, or in a list.
_BRANCH = re.compile(r"\(branch-([0-9a-z-]+)[,)]")


@dataclass
class CrashFindings:
    """What the database held at the end."""

    reports: set[str]
    deliveries: set[str]
    runs: set[str]
    incidents: set[str]
    cards: Counter[str]
    unsent: int
    sent_again: int


class Deployment:
    """The three processes on one stage, each restarted after it is killed."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.ports = {"webhooks": free_port(), "bot": free_port(), "jobs": 0}
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def stop(self, module: str) -> None:
        """Let the process end what it has begun, and end."""
        self.processes[module].terminate()
        self.processes[module].wait(_DRAIN_SECONDS)

    def start(self, module: str) -> None:
        """Start the process; return when it listens, if it is one that does."""
        ports = {"PORT": str(self.ports["webhooks"]), "LOCAL_CHAT_PORT": str(self.ports["bot"])}
        environment = {
            **os.environ,
            **ports,
            "DATABASE_URL": self.stage.url,
            "GITHUB_WEBHOOK_SECRET": SECRET,
            "LINK_SIGNING_KEY": "for no link at all, as none is given here",
            "LOG_LEVEL": "CRITICAL",
        }
        self.processes[module] = subprocess.Popen([sys.executable, "-m", module], env=environment)
        if port := self.ports[module]:
            wait_for(port, self.processes[module])

    async def kill(self, module: str, times: int, chance: random.Random) -> None:
        """Kill and restart the process at random moments."""
        for _ in range(times):
            await asyncio.sleep(chance.uniform(0.05, 1.0))
            self.processes[module].kill()
            self.processes[module].wait()
            await asyncio.to_thread(self.start, module)


@contextmanager
def deployed(stage: Stage) -> Iterator[Deployment]:
    """The three processes, running."""
    made = Deployment(stage)
    try:
        for module in made.ports:
            made.start(module)
        yield made
    finally:
        for process in made.processes.values():
            process.kill()
            process.wait()


def crash(backend: Backend, kills: int, seed: int) -> tuple[MachineReports, CrashFindings]:
    """Report under load while each process is killed so many times; then wait until the outbox is empty."""
    stage = backend.fresh()
    with deployed(stage) as running:
        told = asyncio.run(_under_load(running, kills, random.Random(seed)))
        # What was in flight at the end must not be stored between two of the counts.
        running.stop("webhooks")
        asyncio.run(_drained(stage))
        return told, _found(stage)


async def _under_load(running: Deployment, kills: int, chance: random.Random) -> MachineReports:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as http:
        machines = Machines(http, running.stage, running.ports["webhooks"])
        reporting = machines.start()
        await asyncio.gather(*(running.kill(module, kills, chance) for module in running.ports))
        # A few kills in a row on a busy machine may leave a kind of machine no moment in between.
        await asyncio.wait_for(machines.heard(), _DRAIN_SECONDS)
        for machine in reporting:
            machine.cancel()
        await asyncio.gather(*reporting, return_exceptions=True)
    return machines.told


async def _drained(stage: Stage) -> None:
    with closing(Database(stage.url)) as database:
        for _ in range(_DRAIN_SECONDS * 10):
            with database.read() as session:
                ((waiting,),) = bulk.run(
                    session, "SELECT count(*) FROM outbox WHERE sent_at IS NULL AND dead_at IS NULL"
                )
            if not waiting:
                return
            await asyncio.sleep(0.1)


def _found(stage: Stage) -> CrashFindings:
    with closing(Database(stage.url)) as database, database.read() as session:
        cards = Counter(
            chain.from_iterable(_BRANCH.findall(card) for (card,) in bulk.run(session, _CARDS))
        )
        ((unsent, sent_again),) = bulk.run(session, _OUTBOX)
        return CrashFindings(
            reports={sha for (sha,) in bulk.run(session, "SELECT plugin_sha FROM report")},
            deliveries={str(number) for (number,) in bulk.run(session, "SELECT number FROM issue")},
            runs={
                run
                for (run,) in bulk.run(
                    session, "SELECT run_id FROM canary_run WHERE finished_at IS NOT NULL"
                )
            },
            incidents={
                branch.removeprefix("branch-") for (branch,) in bulk.run(session, _INCIDENTS)
            },
            cards=cards,
            unsent=unsent,
            sent_again=sent_again,
        )


def _table(name: str, kills: int, told: MachineReports, found: CrashFindings) -> Table:
    table = Table(
        title=f"{kills} x kill -9 of web, bot and jobs each, on {name}",
        title_justify="left",
        show_header=False,
    )
    kinds = (
        ("guard reports", told.reports, found.reports),
        ("GitHub deliveries", told.deliveries, found.deliveries),
        ("canary runs", told.runs, found.runs),
    )
    for words, sent, stored in kinds:
        table.add_row(f"{words} acknowledged", f"{len(sent.acknowledged):,}")
        table.add_row(
            "  acknowledged and not stored (lost)", f"{len(sent.acknowledged - stored):,}"
        )
        table.add_row(
            "  without an answer, in flight when web was killed", f"{len(sent.unanswered):,}"
        )
        table.add_row("  of these stored all the same", f"{len(sent.unanswered & stored):,}")
    for words, figure in (
        ("acknowledged breakages", len(told.broken)),
        ("  without an incident (lost)", len(told.broken - found.incidents)),
        (
            "  incidents without their card in the room (lost)",
            len(found.incidents - set(found.cards)),
        ),
        (
            "  incidents with more than one card (duplicates)",
            sum(count > 1 for count in found.cards.values()),
        ),
        ("announcements never sent (lost)", found.unsent),
        ("announcements sent more than once, in flight when the bot was killed", found.sent_again),
    ):
        table.add_row(words, f"{figure:,}")
    return table


_CARDS = "SELECT message FROM room_message WHERE thread_id IS NULL"
_INCIDENTS = "SELECT plugin_branch FROM incident"
_OUTBOX = """
SELECT coalesce(sum(CASE WHEN sent_at IS NULL THEN 1 ELSE 0 END), 0),
       coalesce(sum(CASE WHEN attempts > 1 THEN 1 ELSE 0 END), 0) FROM outbox
"""


def main(words: list[str]) -> None:
    """Kill, count, and print."""
    kills, names = number_and_databases(words, 50)
    seed = random.SystemRandom().randrange(1 << 32)
    console = Console(width=120)
    console.print(f"seed {seed}")
    with stages() as backends:
        for backend in backends:
            if backend.name in names:
                console.print(_table(backend.name, kills, *crash(backend, kills, seed)), "")


if __name__ == "__main__":
    main(sys.argv[1:])
