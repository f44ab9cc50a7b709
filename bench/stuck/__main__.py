"""`python -m bench.stuck [sqlite|postgresql]`: ten minutes each; beside each phase stand the quiet ones between."""

import asyncio
import itertools
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import IO

import aiohttp
from rich.console import Console

from bench.room import word
from bench.stage import PLUGINS, Backend, Stage, stages, started
from bench.stuck.results import PhaseResult, add_row, result_table
from bench.stuck.surroundings import Outside, SetClock, follow, outside
from models.database import bulk
from models.database.engine import Database
from tests.servers import odd

SECONDS = 5
# Quiet and troubled phases take turns, so that what else the machine does falls on both.
ROUNDS = 3
BREAKS_A_SECOND = 2
_SECONDS_TO_START = 6
_DRAIN_SECONDS = 300
_HOUR = 3_600


@dataclass
class Running:
    """The processes, and what was reported to them so far."""

    stage: Stage
    around: Outside
    web: int
    room: int
    numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    async def phase(self) -> PhaseResult:
        """Break something twice a second for a while, and see when who hears of it."""
        seen = PhaseResult()
        posted: dict[str, float] = {}
        shown: dict[str, float] = {}
        async with (
            aiohttp.ClientSession() as http,
            http.ws_connect(f"http://127.0.0.1:{self.room}/ws") as socket,
        ):
            listening = asyncio.create_task(_listen(socket, shown))
            began = time.perf_counter()
            for place in range(SECONDS * BREAKS_A_SECOND):
                await asyncio.sleep(max(0.0, began + place / BREAKS_A_SECOND - time.perf_counter()))
                branch = f"branch-{next(self.numbers)}-"
                posted[branch] = time.perf_counter()
                seen.guards.append(await self._break(http, branch))
            await self._wait(posted, shown)
            listening.cancel()
        heard = self._heard(posted)
        seen.room = [1_000 * (shown[name] - at) for name, at in posted.items() if name in shown]
        seen.well = [1_000 * (heard[name] - at) for name, at in posted.items() if name in heard]
        seen.lost = 2 * len(posted) - len(seen.room) - len(seen.well)
        return seen

    async def _wait(self, posted: dict[str, float], shown: dict[str, float]) -> None:
        for _ in range(100):
            if posted.keys() <= shown.keys() and posted.keys() <= self._heard(posted).keys():
                return
            await asyncio.sleep(0.1)

    def _heard(self, posted: dict[str, float]) -> dict[str, float]:
        found: dict[str, float] = {}
        for body, at in list(self.around.heard):
            found |= {name: at for name in posted if name.encode() in body and name not in found}
        return found

    async def _break(self, http: aiohttp.ClientSession, branch: str) -> float:
        n = int(branch.split("-")[1])
        line = {"name": PLUGINS[n % 5], "branch": branch, "sha": f"{7:040x}", "status": 2}
        line["message"] = f"NoMethodError: undefined method `{word(n)}' for nil"
        body = {
            "domain": "canary.example.com",
            "plugins": [line],
            "discourse": {"branch": "stable", "sha": f"{1:040x}"},
        }
        began = time.perf_counter()
        url = f"http://127.0.0.1:{self.web}/plugin-manager/status"
        async with http.post(url, json=body, headers={"Api-Key": self.stage.key_of(n)}) as answer:
            answer.raise_for_status()
        return 1_000 * (time.perf_counter() - began)

    def damage_a_row(self) -> None:
        """Put a row into the outbox of the room, and of who is well, that nobody can read."""
        with closing(Database(self.stage.url)) as database, database.write() as session:
            bulk.run(session, _DAMAGED, message='{"title": "of a newer version"}')


async def _listen(socket: aiohttp.ClientWebSocketResponse, shown: dict[str, float]) -> None:
    async for said in socket:
        if "(branch-" in said.data:
            branch = said.data.partition("(")[2].partition(")")[0]
            shown.setdefault(branch, time.perf_counter())


_DAMAGED = """
INSERT INTO outbox (destination_id, platform, conversation, action, broadcast, message, created_at, due_at, attempts)
SELECT d.id, d.platform, 'damaged', 'post', false, :message, o.created_at, o.created_at, 0
FROM destination d CROSS JOIN (SELECT min(created_at) AS created_at FROM outbox) o
WHERE d.name = 'well' OR d.platform = 'local'
"""
_LEFT = """
SELECT d.platform, count(*), min(o.error) FROM outbox o JOIN destination d ON d.id = o.destination_id
WHERE o.sent_at IS NULL AND o.dead_at IS NULL GROUP BY d.platform ORDER BY d.platform
"""
_DEAD = "SELECT error, count(*) FROM outbox WHERE dead_at IS NOT NULL GROUP BY error ORDER BY error"


def stuck(backend: Backend, console: Console) -> None:
    """Go through the phases, let everything be well again, and count what is left."""
    stage, clock = backend.fresh(), SetClock(backend.folder)
    with outside() as around, ExitStack() as stack:
        follow(stage, around)
        settings = {**around.settings(), **clock.environment, "LOG_LEVEL": "CRITICAL"}
        log = stack.enter_context((backend.folder / f"{backend.name}.log").open("wb"))
        web, _ = stack.enter_context(started("webhooks", stage, settings, log))
        room, _ = stack.enter_context(started("bot", stage, settings, log))
        jobs = stack.enter_context(_jobs(stage, settings, log))
        running = Running(stage, around, web, room)
        table = result_table(backend.name, clock)
        asyncio.run(running.phase())  # for warmth
        for name, begin, end in _phases(running, clock):
            quiet, seen = PhaseResult(), PhaseResult()
            for _ in range(ROUNDS):
                quiet.add(asyncio.run(running.phase()))
                begin()
                seen.add(asyncio.run(running.phase()))
                end()
            add_row(table, name, quiet, seen)
        console.print(table)
        _drain(stage, clock, console)
        around.misbehave(odd.DRIP)
        asyncio.run(running.phase())
        console.print(
            f"jobs ends {_seconds_to_end(jobs):.1f} s after SIGTERM while all drip: {jobs.returncode}"
        )


def _seconds_to_end(process: subprocess.Popen[bytes]) -> float:
    began = time.perf_counter()
    process.terminate()
    process.wait(120)
    return time.perf_counter() - began


@contextmanager
def _jobs(
    stage: Stage, settings: Mapping[str, object], log: IO[bytes]
) -> Iterator[subprocess.Popen[bytes]]:
    environment = {
        **os.environ,
        "DATABASE_URL": stage.url,
        **{name: str(value) for name, value in settings.items()},
    }
    process = subprocess.Popen([sys.executable, "-m", "jobs"], env=environment, stderr=log)
    try:
        time.sleep(_SECONDS_TO_START)
        if process.poll() is not None:
            raise RuntimeError("the jobs process ended at its start")
        yield process
    finally:
        process.kill()
        process.wait()


def _phases(
    running: Running, clock: SetClock
) -> list[tuple[str, Callable[[], None], Callable[[], None]]]:
    """Of each: what it is, how it begins and how it ends."""
    misbehave = running.around.misbehave
    well = partial(misbehave, odd.ANSWERS)
    found: list[tuple[str, Callable[[], None], Callable[[], None]]] = [
        (f"all that is outside {mode}", partial(misbehave, mode), well) for mode in odd.ALL
    ]
    found.append(("a row of the outbox is damaged", running.damage_a_row, well))
    if clock.is_there:
        right = partial(clock.set, 0)
        found += [
            ("the clock goes back an hour", partial(clock.set, -_HOUR), right),
            ("the clock goes on an hour", partial(clock.set, _HOUR), right),
        ]
    return found


def _drain(stage: Stage, clock: SetClock, console: Console) -> None:
    """Wait until nothing waits.

    Retries are minutes away by now; a clock that goes to and fro makes them due.
    """
    for step in (_HOUR, 0) if clock.is_there else (0,):
        clock.set(step)
        time.sleep(4)
    with closing(Database(stage.url)) as database:
        began = time.perf_counter()
        while time.perf_counter() - began < _DRAIN_SECONDS:
            with database.read() as session:
                left = bulk.run(session, _LEFT)
            if not left:
                break
            time.sleep(0.2)
        with database.read() as session:
            console.print(
                f"left waiting {time.perf_counter() - began:.0f} s after all was well again: {left or 0}"
            )
            for error, count in bulk.run(session, _DEAD):
                console.print(f"put aside and told, or refused: {count} × {error}")


def main(words: list[str]) -> None:
    """Go through it on the databases that are named, or both."""
    console = Console(width=120)
    with stages() as backends:
        for backend in backends:
            if not words or backend.name in words:
                stuck(backend, console)


if __name__ == "__main__":
    main(sys.argv[1:])
