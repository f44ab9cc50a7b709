"""Intake and alerts while the realm of an extension misbehaves, beside the same while the extension is off.

`python -m bench.beside [sqlite|postgresql] [ROUNDS]`. "off" stands twice, for how much one and the same varies.
"""

import asyncio
import sys
import threading
import time
from contextlib import closing
from datetime import UTC, datetime
from itertools import product

from rich.console import Console
from rich.table import Table

from bench.load import LoadResult
from bench.realm import worker
from bench.room import SECONDS, alerts
from bench.stage import Backend, number_and_databases, running, stages
from models.database import bulk
from models.database.engine import Database
from models.people.persons import appoint
from tests.jobs.realms.chatting import ADMIN, chatting
from tests.jobs.realms.extensions import install_extension

_OFF = "off"
_WAYS = {
    _OFF: "pass",
    "spins": "while True: pass",
    "leaks": "held = []\n    while True: held.append(bytearray(1 << 20))",
    "floods": "while True: call.log('x' * 2000)",
    "hangs": "import time; time.sleep(1000)",
    "hears all": "call.add('heard', what=event['id'])",
    "off again": "pass",
}
_HEARS = """
table.heard = { what = "text" }
[[hears]]
event = "incident.opened"
run = "told"
"""
_CODE = """
def told(call, event):
    {}

def hello(call):
    return "Hello"

care = add = plugins = fail = curious = hello
"""
_HOSTILE = {"spins", "leaks", "floods", "hangs"}
_SECONDS_TO_END = 120  # three times as long as an event may take, and then some
_EVERY = 10  # of 100 reports a second one in so many breaks something


def beside(backend: Backend, way: str) -> tuple[str, ...]:
    """A row: how long reports and alerts took, and how long the extension stayed on."""
    stage = backend.fresh()
    root = backend.folder / f"beside-{backend.name}-{way}"
    with closing(Database(stage.url)) as database:
        install_extension(database, root, datetime.now(UTC), _HEARS, code=_CODE.format(_WAYS[way]))
        with database.write() as session:
            appoint(session, [ADMIN], datetime.now(UTC))
        intake = LoadResult(SECONDS)
        with running("webhooks", stage) as web, running("bot", stage) as room, worker(stage, root):
            if not way.startswith(_OFF):
                with chatting(stage.url) as chat:
                    while "is on" not in chat.ask("extension on acmejira everywhere").title:
                        time.sleep(0.1)
            watch = _Watch(database)
            told = asyncio.run(alerts(stage, web, room, _EVERY, intake))
            quarantined, card = watch.end(_SECONDS_TO_END if way in _HOSTILE else 0)
    parts = product((intake, told), (0.5, 0.99))
    figures = [f"{result.percentile(part):.1f}" for result, part in parts]
    return way, *figures, f"{len(told.latencies)}", quarantined, card


class _Watch:
    """Looks when the extension is quarantined, and when the card of that is there."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._stop = threading.Event()
        self._began = time.monotonic()
        self._seen: dict[str, float] = {}
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        while not self._stop.wait(0.05):
            with self._database.read() as session:
                ((quarantined, told),) = bulk.run(session, _STATE, card=_CARD)
            for name, holds in (("quarantined", quarantined), ("told", told)):
                if holds and name not in self._seen:
                    self._seen[name] = time.monotonic()

    def end(self, seconds: float) -> tuple[str, str]:
        """After how many seconds it was quarantined, and how many later that was told; wait so long for it."""
        deadline = time.monotonic() + seconds
        while len(self._seen) < len(("quarantined", "told")) and time.monotonic() < deadline:
            time.sleep(0.05)
        self._stop.set()
        self._thread.join()
        if len(self._seen) != len(("quarantined", "told")):
            return "", ""
        at, card = self._seen["quarantined"], self._seen["told"]
        return f"{at - self._began:.1f}", f"{card - at:.1f}"


_CARD = "%pluginwatch-acmejira%"
_STATE = """
SELECT (SELECT count(*) FROM extension WHERE state = 'quarantined'),
       (SELECT count(*) FROM room_message WHERE message LIKE :card)
"""


def _table(name: str) -> Table:
    table = Table(title=f"100 reports a second beside a realm on {name}", title_justify="left")
    headings = ("its code", "report p50 ms", "p99", "alert p50 ms", "p99", "alerts")
    for heading in (*headings, "quarantined after s", "its card after s"):
        table.add_column(heading, justify="right")
    return table


def main(words: list[str]) -> None:
    """Measure each way in turn, so often, and print."""
    rounds, names = number_and_databases(words, 3)
    console = Console(width=130)
    with stages() as backends:
        for backend in (each for each in backends if each.name in names):
            table = _table(backend.name)
            for _ in range(rounds):
                for way in _WAYS:
                    table.add_row(*beside(backend, way))
            console.print(table, "")


if __name__ == "__main__":
    main(sys.argv[1:])
