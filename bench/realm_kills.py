"""kill -9 of jobs and of realms at random moments under load: each write of an extension exactly once, no event lost,
and no process left.

`python -m bench.realm_kills [sqlite|postgresql] [KILLS]`; every tenth kill is of jobs, the others
are of a realm and of the bubblewrap around one, in turn.
"""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.orphans import adopt_orphans, children, jails, left
from bench.stage import PLUGINS, Backend, Stage, number_and_databases, stages
from models.database import bulk
from models.database.engine import Database
from models.events import GuardReport, Observation, Reporter
from models.people.persons import appoint
from models.record import record
from models.rules.kinds import SiteKind
from models.rules.status import Verdict
from tests.jobs.realms.chatting import ADMIN, Chat, chatting
from tests.jobs.realms.extensions import install_extension

_HEARS = """
table.heard = { id_of_event = "text", incident = "-> incident" }
table.noted = { number = "integer" }
[[hears]]
event = "incident.opened"
run = "told"
[[hears]]
event = "incident.reopened"
run = "told"
"""
_CODE = """
def told(call, event):
    call.add("heard", id_of_event=event["id"], incident=event["data"]["incident"])

def care(call, incident, by=""):
    call.add("noted", number=int(incident))
    return "noted"

def hello(call):
    return "Hello"

add = plugins = fail = curious = hello
"""
_BEGINS = {"opened": '%"incident.opened"%', "reopened": '%"incident.reopened"%'}
_DRAIN_SECONDS = 600
_EVERY = 10  # kills, of which one is of jobs, whose start takes longer than a realm's
_ERROR = "NoMethodError: undefined method `{}' for Plugin::Instance"


@dataclass
class Load:
    """What was done: the incidents that began, and the notes that were wanted and answered."""

    stop: threading.Event = field(default_factory=threading.Event)
    broken: int = 0
    wanted: int = 0
    noted: set[int] = field(default_factory=set)


def kills(backend: Backend, number: int, chance: random.Random) -> Table:
    """Kill so often under load, let all that waits be heard, and count."""
    stage = backend.fresh()
    root = backend.folder / f"kills-{backend.name}"
    with closing(Database(stage.url)) as database:
        install_extension(database, root, datetime.now(UTC), _HEARS, code=_CODE)
        with database.write() as session:
            appoint(session, [ADMIN], datetime.now(UTC))
        others = set(children(os.getpid()))
        worker = JobsProcess(stage, root)
        load = Load()
        with chatting(stage.url) as chat, worker.running():
            _turn_on(chat)
            asking = threading.Thread(target=_ask, args=(chat, load))
            breaking = threading.Thread(target=_break, args=(database, load))
            asking.start()
            breaking.start()
            killed = Counter(worker.kill_one(place, chance) for place in range(number))
            load.stop.set()
            asking.join()
            breaking.join()
            _drain(database, chat)
        survivors = left(others)
        return _counted(database, backend.name, killed, load, survivors)


class JobsProcess:
    """The jobs process, with the realms that it starts."""

    def __init__(self, stage: Stage, root: Path) -> None:
        self._environment = {
            **os.environ,
            "DATABASE_URL": stage.url,
            "EXTENSIONS_FOLDER": str(root),
            # What dies so often would be quarantined.
            "EXTENSIONS_FAILURES": "100",
            "EXTENSIONS_FAILURES_MINUTES": "1",
            "LOG_LEVEL": "CRITICAL",
            "LINK_SIGNING_KEY": "for no link at all, as none is given here",
        }
        self._process = self._started()

    def _started(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen([sys.executable, "-m", "jobs"], env=self._environment)

    @contextmanager
    def running(self) -> Iterator[None]:
        """It runs until the end of the block."""
        try:
            yield
        finally:
            self._process.kill()
            self._process.wait()

    def kill_one(self, place: int, chance: random.Random) -> str:
        """Kill the realm, or else jobs, at a random moment; return which."""
        time.sleep(chance.uniform(0.05, 0.5))
        if place % _EVERY == _EVERY - 1:
            self._process.kill()
            self._process.wait()
            self._process = self._started()
            return "jobs"
        which = ("realm", "bubblewrap")[place % 2]
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            for jail in jails(self._process.pid):
                victims = children(jail) if which == "realm" else [jail]
                for victim in victims:
                    with suppress(ProcessLookupError):
                        os.kill(victim, signal.SIGKILL)
                        return which
            time.sleep(0.01)
        return "no realm within a minute"


def _turn_on(chat: Chat) -> None:
    for _ in range(20):
        if "is on" in chat.ask("extension on acmejira everywhere").title:
            return
    raise SystemExit("the extension was not turned on")


def _ask(chat: Chat, load: Load) -> None:
    while not load.stop.is_set():
        load.wanted += 1
        said = chat.ask(f"acmejira care {load.wanted}").title
        if said == "noted":
            load.noted.add(load.wanted)
        elif "quarantined" in said:  # it was killed while it started
            chat.ask("extension retry acmejira")


def _break(database: Database, load: Load) -> None:
    with database.read() as session:
        ((key,),) = bulk.run(session, "SELECT min(id) FROM api_key")
    reporter = Reporter(key, SiteKind.CANARY, "canary.example.com")
    while not load.stop.wait(0.2):
        number, round_ = load.broken % len(PLUGINS), load.broken // len(PLUGINS)
        load.broken += 1
        now = datetime.now(UTC)
        for verdict in (Verdict.COMPATIBLE, Verdict.INCOMPATIBLE):
            sha = f"{round_ * 2 + (verdict is Verdict.INCOMPATIBLE):07x}{number:033x}"
            said = _ERROR.format(f"m{number}") if verdict is Verdict.INCOMPATIBLE else ""
            seen = Observation(PLUGINS[number], PLUGINS[number], "main", sha, verdict, message=said)
            with database.write() as session:
                record(session, [GuardReport(reporter, "tests-passed", "h1", (seen,))], now)


def _drain(database: Database, chat: Chat) -> None:
    deadline = time.monotonic() + _DRAIN_SECONDS
    while time.monotonic() < deadline:
        with database.read() as session:
            ((waiting,),) = bulk.run(session, _WAITING)
        if not waiting:
            return
        if "quarantined" in chat.ask("acmejira hello").title:
            chat.ask("extension retry acmejira")
        time.sleep(0.5)


def _counted(
    database: Database, name: str, killed: Counter[str], load: Load, survivors: list[str]
) -> Table:
    with database.read() as session:
        heard = Counter(each for (each,) in bulk.run(session, _HEARD))
        noted = Counter(each for (each,) in bulk.run(session, _NOTED))
        told = {f"msg_{each}" for (each,) in bulk.run(session, _TOLD, **_BEGINS)}
        ((waiting,),) = bulk.run(session, _WAITING)
    table = Table(title=f"kill -9 under load on {name}", title_justify="left", show_header=False)
    for words, figure in (
        *((f"kills of {each}", count) for each, count in sorted(killed.items())),
        ("events of incidents", len(told)),
        ("  not heard (lost)", len(told - set(heard))),
        ("  heard more than once", sum(count > 1 for count in heard.values())),
        ("  that still wait", waiting),
        ("acts answered", len(load.noted)),
        ("  without their write (lost)", len(load.noted - set(noted))),
        ("  written more than once", sum(count > 1 for count in noted.values())),
        ("acts without an answer", load.wanted - len(load.noted)),
        ("  of these written, which must not be", len(set(noted) - load.noted)),
    ):
        table.add_row(words, f"{figure:,}")
    table.add_row(
        "processes left behind, which must not be", f"{len(survivors)} {', '.join(survivors)}"
    )
    return table


_HEARD = "SELECT id_of_event FROM plugin_acmejira_heard"
_NOTED = "SELECT number FROM plugin_acmejira_noted"
_TOLD = """
SELECT id FROM outbox WHERE platform = 'extension' AND (message LIKE :opened OR message LIKE :reopened)
"""
_WAITING = """
SELECT count(*) FROM outbox WHERE platform = 'extension' AND sent_at IS NULL AND dead_at IS NULL
"""


def main(words: list[str]) -> None:
    """Kill, count, and print."""
    number, names = number_and_databases(words, 1_000)
    seed = random.SystemRandom().randrange(1 << 32)
    console = Console(width=120)
    console.print(f"seed {seed}")
    adopt_orphans()
    with stages() as backends:
        for backend in backends:
            if backend.name in names:
                console.print(kills(backend, number, random.Random(seed)), "")


if __name__ == "__main__":
    main(sys.argv[1:])
