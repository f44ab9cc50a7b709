"""Whose turn it is: in order, each once, none forgotten, and found by indexes alone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, delete, select

from models import outbox
from models.database import bulk
from models.database.engine import Database, go_by_indexes
from models.messages.message import Message
from models.outbox import Claim, Letter, claiming, marking, turns
from models.recording.telling.parking import unpark
from models.tables import Announcement, Destination, Posting

PLATFORM = "test"


@dataclass
class Sender:
    """Two destinations with two conversations each, and what was sent to them."""

    database: Database
    now: datetime
    destinations: list[int]
    held: list[Claim] = field(default_factory=list)
    sent: list[int] = field(default_factory=list)

    def put(self, place: int, conversation: str, number: int) -> None:
        with self.database.write() as session:
            letters = [
                Letter(self.destinations[place], conversation, Posting.REPLY, Message(f"{n}"))
                for n in range(number)
            ]
            outbox.enqueue_all(session, letters, self.now)

    def claim(self, most: int) -> None:
        """Claim, as senders do, for as long as there is something to claim."""
        with self.database.write() as session:
            due = outbox.next_due(session, [PLATFORM], self.now)
            claims = outbox.claim(session, [PLATFORM], self.now, most=most)
            if claims:
                assert due is not None
        waiting = {(each.destination_id, each.conversation) for each in self.held}
        heads = [(each.destination_id, each.conversation) for each in claims]
        # Of a conversation one at a time.
        assert len({*heads}) == len(heads)
        assert not waiting & {*heads}
        self.held += claims

    def mark(self, place: int, ends: str) -> None:
        if not self.held:
            return
        claimed = self.held.pop(place % len(self.held))
        with self.database.write() as session:
            if ends == "sent":
                outbox.mark_sent(session, [(claimed, "1")], self.now)
            else:
                again = self.now + timedelta(minutes=5) if ends == "later" else None
                outbox.mark_failed(session, claimed, "no", self.now, retry_at=again)
        if ends != "later":
            self.sent.append(claimed.id)

    def park(self, place: int) -> None:
        with self.database.write() as session:
            session.get_one(Destination, self.destinations[place]).parked_at = self.now

    def unpark(self) -> None:
        with self.database.write() as session:
            unpark(session, [PLATFORM])

    def wait(self) -> None:
        """Until every retry is due, and every lease of what is held has ended: others may have it then."""
        self.now += timedelta(minutes=10)
        self.held.clear()


places = st.sampled_from([0, 1])
steps = st.one_of(
    st.tuples(st.just("put"), places, st.sampled_from("ab"), st.integers(1, 3)),
    st.tuples(st.just("claim"), st.integers(1, 3)),
    st.tuples(st.just("mark"), st.integers(0, 9), st.sampled_from(["sent", "later", "never"])),
    st.tuples(st.just("park"), places),
    st.tuples(st.just("unpark")),
    st.tuples(st.just("wait")),
)


@pytest.fixture
def sender(database: Database, now: datetime) -> Sender:
    with database.write() as session:
        rows = [Destination(platform=PLATFORM, address=f"C{n}", name="x") for n in range(2)]
        session.add_all(rows)
        session.flush()
        return Sender(database, now, [row.id or 0 for row in rows])


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(taken=st.lists(steps, max_size=25))
def test_each_is_sent_once_and_in_order_whatever_happens(
    sender: Sender, taken: list[tuple[Any, ...]]
) -> None:
    _begin_anew(sender)
    for name, *how in taken:
        getattr(sender, name)(*how)
    sender.unpark()
    sender.wait()
    for _ in range(200):
        sender.claim(20)
        if not sender.held:
            break
        while sender.held:
            sender.mark(0, "sent")
    with sender.database.read() as session:
        assert outbox.next_due(session, [PLATFORM], sender.now) is None
        rows = session.exec(select(Announcement).order_by(col(Announcement.id))).all()
    assert sorted(sender.sent) == [row.id for row in rows]
    for conversation in {(row.destination_id, row.conversation) for row in rows}:
        of_it = {row.id for row in rows if (row.destination_id, row.conversation) == conversation}
        in_order = [id_ for id_ in sender.sent if id_ in of_it]
        assert in_order == sorted(in_order)


def _begin_anew(sender: Sender) -> None:
    sender.held.clear()
    sender.sent.clear()
    with sender.database.write() as session:
        session.exec(delete(Announcement))
    sender.unpark()


def test_a_process_of_an_older_version_may_send_beside(sender: Sender) -> None:
    sender.put(0, "a", 3)
    with sender.database.write() as session:
        # It knows of no turns.
        first = session.exec(select(Announcement).order_by(col(Announcement.id))).first()
        assert first is not None
        first.sent_at = sender.now
    sent = []
    for _ in range(4):
        sender.claim(20)
        sent += [each.message.title for each in sender.held]
        while sender.held:
            sender.mark(0, "sent")
    assert sent == ["1", "2"]


VALUES = {
    "platforms": [(PLATFORM,)],
    "skip": [(1,)],
    "chance": 1,
    "chances": 2,
    "hops": 3,
    "places": 4,
    "most": 5,
    "rows_at_once": 6,
    "take_over": True,
    "lease": "a",
}
STATEMENTS: dict[str, tuple[str, list[tuple[object, ...]]]] = {
    "ripen": (turns._RIPEN, []),
    "look": (turns._LOOK, []),
    "next due": (turns._NEXT_DUE, []),
    "let next go on": (turns._LET_NEXT_GO_ON, [(1, "a")]),
    "retire": (claiming._RETIRE, [(1,)]),
    "put behind": (claiming._PUT_BEHIND, [(1, 2)]),
    "put behind what is parked": (claiming._PUT_BEHIND_PARKED, [(1, 2)]),
    "take": (claiming._TAKE, [(1,)]),
    "take behind": (claiming._TAKE_BEHIND, [(1, "incident:1")]),
    "mark sent": (marking._MARK_SENT, [(1, "a")]),
}


NOTHING: dict[str, list[str]] = {name: [] for name in STATEMENTS}


def test_no_statement_reads_all_that_waits(sender: Sender) -> None:
    with sender.database.write() as session:
        bulk.run(session, "ANALYZE")
    # PostgreSQL keeps the plan that it makes now, whatever comes.
    assert _that_read_all(sender) == NOTHING
    for n in range(40):
        sender.put(n % 2, f"incident:{n}", 200)
    assert _that_read_all(sender) == NOTHING


def _that_read_all(sender: Sender) -> dict[str, list[str]]:
    with sender.database.write() as session:
        go_by_indexes(session)
        return {name: list(_read_whole(_plan(session, name, sender.now))) for name in STATEMENTS}


def _plan(session: Session, name: str, now: datetime) -> list[str]:
    sql, rows = STATEMENTS[name]
    times = dict.fromkeys(("now", "latest", "furthest", "until"), now)
    named = {key: value for key, value in {**VALUES, **times}.items() if f":{key}" in sql}
    tables = {key: VALUES[key] for key in ("platforms", "skip") if f"{{{key}(" in sql}
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    explain = "EXPLAIN " if on_postgresql else "EXPLAIN QUERY PLAN "
    return [str(row[-1]) for row in bulk.run(session, explain + sql, rows, **named, **tables)]


def _read_whole(plan: list[str]) -> Iterator[str]:
    """The lines by which the outbox is read without a condition on an index.

    Retries and leases may be: they are read in their order, and no further than the first.
    """
    for line, next_line in zip(plan, [*plan[1:], ""], strict=True):
        if re.search(r"(?i)(USING .*INDEX|using) outbox_(later|held)", line):
            continue
        is_whole = re.search(r"SCAN (outbox|o|e|x)\b|Seq Scan on outbox", line)
        by_index = re.search(r"Scan using outbox_\w+ on outbox", line)
        if is_whole or (by_index and "Index Cond" not in next_line):
            yield line
