"""What it takes to claim from an outbox in which 100,000 messages wait, for one destination or for 10,000."""

import secrets
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime

from rich.table import Table
from sqlmodel import Session

from bench.stage import Backend
from models import outbox
from models.database import bulk
from models.database.engine import Database
from models.messages.message import Message, Tone
from models.outbox import Letter
from models.tables import Destination, Posting

WAITING = 100_000
DESTINATIONS = (1, 10_000)
TURNS = 100
_MESSAGES = 4
_PLANNED_AFTER = 12  # the driver prepares a statement at its sixth time
_PLATFORM = "slack"


def measure(backend: Backend) -> Table:
    """A table of times: of the first turn, and of a hundred."""
    table = Table(
        title=f"Claiming where {WAITING:,} messages wait, on {backend.name}", title_justify="left"
    )
    for heading in ("destinations", "what is done", "first ms", "p50 ms", "p99 ms"):
        table.add_column(heading, justify="right")
    for destinations in DESTINATIONS:
        with closing(Database(backend.fresh().url)) as database:
            _plan_while_nothing_waits(database)
            with database.write() as session:
                _fill(session, destinations, WAITING, datetime.now(UTC))
            times: dict[str, list[float]] = {}
            for _ in range(TURNS):
                for name, milliseconds in _turn(database):
                    times.setdefault(name, []).append(milliseconds)
        for name, taken in times.items():
            hundredths = statistics.quantiles(taken, n=100)
            cells = (f"{taken[0]:.1f}", f"{hundredths[49]:.2f}", f"{hundredths[98]:.2f}")
            table.add_row(f"{destinations:,}", name, *cells)
    return table


def _plan_while_nothing_waits(database: Database) -> None:
    """PostgreSQL plans a statement once, and goes on with what was best then."""
    with database.write() as session:
        bulk.run(session, "ANALYZE")
    for _ in range(_PLANNED_AFTER):
        with database.write() as session:
            _fill(session, 1, _MESSAGES, datetime.now(UTC))
        for _ in range(_MESSAGES):
            list(_turn(database))


def _fill(session: Session, destinations: int, waiting: int, now: datetime) -> None:
    """Let conversations of a card and three replies wait, put in when all cards are in, as in the worst rush."""
    places = [
        Destination(platform=_PLATFORM, address=secrets.token_hex(8), name=f"#c{n}")
        for n in range(destinations)
    ]
    session.add_all(places)
    session.flush()
    # They have been there for long; only the messages come at once.
    bulk.run(session, "ANALYZE destination")
    ids = [place.id or 0 for place in places]
    said = Message("It broke", Tone.BROKEN, ())
    for turn in range(_MESSAGES):
        action = Posting.REPLY if turn else Posting.POST
        letters = [
            Letter(ids[n % destinations], f"incident:{n}", action, said)
            for n in range(waiting // _MESSAGES)
        ]
        outbox.enqueue_all(session, letters, now)


def _turn(database: Database) -> Iterator[tuple[str, float]]:
    """What is done, and the milliseconds that it takes within its transaction."""
    now = datetime.now(UTC)
    with database.read() as session, _timed() as due:
        outbox.next_due(session, [_PLATFORM], now)
    yield "next due", due()
    with database.write() as session, _timed() as claimed:
        claims = outbox.claim(session, [_PLATFORM], now)
    yield "claim", claimed()
    with database.write() as session, _timed() as marked:
        outbox.mark_sent(session, [(each, "1") for each in claims], now)
    yield "mark", marked()


@contextmanager
def _timed() -> Iterator[Callable[[], float]]:
    began, ended = time.perf_counter(), 0.0
    yield lambda: 1_000 * (ended - began)
    ended = time.perf_counter()
