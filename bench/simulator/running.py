"""Lets the simulated machines report to Pluginwatch: through its parsers and `record`, at simulated times."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path

import orjson

from bench.simulator import guards
from bench.simulator.parameters import HOUR, START
from bench.simulator.schedule import ArrivingRequest, arrivals
from bench.simulator.sent import SentRequest
from bench.simulator.truth import Truth
from bench.simulator.world import World
from bench.stage import plugin as listed
from models import outbox
from models.database.engine import Database
from models.database.migrate import migrate
from models.events import Event
from models.events.canary import ArtefactUpload
from models.events.github import GithubDelivery
from models.events.silence import Overdue
from models.operating import keys
from models.record import record
from models.rules.kinds import ArtefactKind, KeyKind
from models.tables import Posting
from webhooks.access.verified import Verified
from webhooks.bodies.strict_json import JSON
from webhooks.canary.parsing import read_run
from webhooks.github.reading import read_delivery
from webhooks.guard.reading import read_registration, read_report

# What arrives within this time is one batch, as if it had waited together; the clock looks so often.
_TOGETHER = timedelta(minutes=10)
_CLOCK = 6 * HOUR
_OVERDUE = 10_000
_ROOM = "local"


@dataclass(frozen=True, slots=True)
class RoomPost:
    """What the room was sent. `is_loud` where the whole room sees it, not the readers of a thread alone."""

    at: datetime
    conversation: str
    action: str
    is_loud: bool


@dataclass(slots=True)
class SimulatorRun:
    """A simulation that goes on: what was sent to whom, and the truth."""

    world: World
    database: Database
    truth: Truth = field(default_factory=Truth)
    messages: list[RoomPost] = field(default_factory=list)
    verified: dict[str, Verified] = field(default_factory=dict)


Look = Callable[[SimulatorRun, datetime], None]


@contextmanager
def simulated(world: World, look: Look | None = None) -> Iterator[SimulatorRun]:
    """The world's reports, recorded in a fresh SQLite database, in memory where there is a file system for it.

    Who wants to `look` may do so every six hours of the simulated time.
    """
    memory = Path("/dev/shm")
    with (
        tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder,
        closing(Database(f"sqlite:///{folder}/simulated.sqlite3")) as database,
    ):
        migrate(database)
        run = SimulatorRun(world, database)
        _set_up(run)
        _report(run, look)
        yield run


def _set_up(run: SimulatorRun) -> None:
    with run.database.write() as session:
        session.add_all(listed(plugin.handle, START) for plugin in run.world.plugins)
        for domain, _ in run.world.servers:
            keys.create(session, KeyKind.CANARY, domain, None, START)
        for site in run.world.sites:
            keys.create(session, KeyKind.USER, None, site.domain, START)
        keys.create(session, KeyKind.SITE, "canaries", None, START)
        for key in keys.listing(session):
            kind = KeyKind(key.kind)
            run.verified[f"{kind} {key.name}"] = Verified(key.id or 0, kind, key.domain, key.name)


def _report(run: SimulatorRun, look: Look | None) -> None:
    clock = START
    for until, together in groupby(arrivals(run.world), _slot):
        while clock < until:
            _record(run, clock, [Overdue(_OVERDUE)])
            if look:
                look(run, clock)
            clock += _CLOCK
        _record(run, until, _events(run, list(together)))


def _slot(arrival: ArrivingRequest) -> datetime:
    """The moment at which what arrived is recorded."""
    return START + _TOGETHER * ((arrival.at - START) // _TOGETHER + 1)


def _record(run: SimulatorRun, now: datetime, events: Sequence[Event]) -> None:
    with run.database.write() as session:
        record(session, events, now)
        while claims := outbox.claim(session, [_ROOM], now, most=1_000):
            outbox.mark_sent(session, [(claim, str(claim.id)) for claim in claims], now)
            run.messages += [
                RoomPost(
                    now,
                    each.conversation,
                    each.action,
                    each.action == Posting.POST or each.broadcast,
                )
                for each in claims
            ]


def _events(run: SimulatorRun, batch: Sequence[ArrivingRequest]) -> list[Event]:
    events: list[Event] = []
    for arrival in batch:
        sent = arrival.make()
        run.truth.hear(sent, _slot(arrival))
        events += _READERS[sent.kind](run, sent, arrival.at)
    # Alike ones stand together, as they mostly do when much waits.
    return sorted(events, key=lambda event: _ORDER.index(type(event).__name__))


def _of_server(run: SimulatorRun, sent: SentRequest, _: datetime) -> Iterator[Event]:
    yield read_report(orjson.dumps(sent.body), run.verified["site canaries"], JSON)


def _of_site(run: SimulatorRun, sent: SentRequest, _: datetime) -> Iterator[Event]:
    key = run.verified[f"user {sent.who}"]
    site = next(site for site in run.world.sites if site.domain == sent.who)
    yield read_registration(orjson.dumps(guards.registration(run.world, site)), key, JSON)[0]
    yield read_report(orjson.dumps(sent.body), key, JSON)


def _of_browser(run: SimulatorRun, sent: SentRequest, now: datetime) -> Iterator[Event]:
    key = run.verified[f"canary {sent.who}"]
    run_id = f"run-{sent.at:%Y%m%d%H%M%S}"
    later = max(now, sent.at + HOUR)
    yield read_run(orjson.dumps(sent.body), run_id, key, later)
    if sent.log:
        content = sent.log.encode()
        yield ArtefactUpload(key.key_id, sent.who, run_id, ArtefactKind.CONSOLE_LOG, content)


def _of_ci(_: SimulatorRun, sent: SentRequest, __: datetime) -> Iterator[Event]:
    for event in ("check_run", "workflow_run"):
        body = {"action": "completed", event: sent.body[event]}
        body["repository"] = sent.body["repository"]
        facts = read_delivery(orjson.dumps(body), event, "application/json").facts
        yield GithubDelivery(f"{event}-{sent.body[event]['id']}", event, tuple(facts))


_READERS: dict[str, Callable[[SimulatorRun, SentRequest, datetime], Iterator[Event]]] = {
    "server": _of_server,
    "site": _of_site,
    "run": _of_browser,
    "ci": _of_ci,
}
_ORDER = ("Registration", "GuardReport", "CanaryReport", "ArtefactUpload", "GithubDelivery")
