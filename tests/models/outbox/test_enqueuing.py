"""Many messages are put into the outbox as one after the other would be, at no more statements than one."""

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, delete, select, update

from bench.listeners import counting
from models import outbox
from models.database.engine import Database
from models.events import Observation
from models.messages.message import Message
from models.outbox import Letter
from models.record import record
from models.tables import (
    Announcement,
    ClosedPlatform,
    Destination,
    Posting,
    Rush,
    Subscription,
    Turn,
)
from tests.world import BAD, GOOD, World, make_world, saw

LETTERS = st.lists(
    st.builds(
        Letter,
        st.integers(1, 3),
        st.sampled_from(["incident:1", "incident:2"]),
        st.sampled_from([Posting.POST, Posting.EDIT, Posting.REPLY]),
        st.sampled_from("abcd").map(Message),
        st.booleans(),
        st.booleans(),
    ),
    max_size=8,
)


@pytest.fixture
def places(database: Database) -> Database:
    """The room, another channel of it, and one on a platform that is turned off."""
    with database.write() as session:
        session.add(Destination(platform="local", address="other", name="other"))
        session.add(Destination(platform="discord", address="1", name="off"))
        session.add(ClosedPlatform(platform="discord"))
    return database


def rows(session: Session) -> list[tuple[object, ...]]:
    found = session.exec(select(Announcement).order_by(col(Announcement.id)))
    return [
        (r.destination_id, r.conversation, r.action, r.message, r.broadcast, r.private, r.attempts)
        for r in found
    ]


@given(before=LETTERS, tried=st.integers(0, 8), letters=LETTERS)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_together_they_come_to_the_same(
    places: Database, now: datetime, before: list[Letter], tried: int, letters: list[Letter]
) -> None:
    def one_by_one(session: Session) -> None:
        for letter in letters:
            outbox.enqueue_all(session, [letter], now)

    ends = []
    for put in (one_by_one, lambda session: outbox.enqueue_all(session, letters, now)):
        with places.write() as session:
            session.exec(delete(Announcement))
            outbox.enqueue_all(session, before, now)
            oldest = select(Announcement.id).order_by(col(Announcement.id)).limit(tried).subquery()
            session.exec(
                update(Announcement)
                .where(col(Announcement.id).in_(select(oldest)))
                .values(attempts=1)
            )
            put(session)
            ends.append(rows(session))
    assert ends[0] == ends[1]


def test_an_incident_costs_as_many_statements_however_many_hear_of_it(
    database: Database, now: datetime
) -> None:
    world = make_world(database, now, "solved", "voting", "chat")
    costs: list[tuple[int, int]] = []
    for handle, listeners in (("solved", 1), ("voting", 1), ("chat", 30)):
        _nothing_waits(world)
        with database.write() as session:
            places = [
                Destination(platform="test", address=f"{handle}{n}", name="x")
                for n in range(listeners)
            ]
            session.add_all(places)
            session.flush()
            session.add_all(Subscription(destination_id=place.id or 0) for place in places)
        world.report(saw(handle, "a", GOOD), host=handle)
        broke = _cost(world, saw(handle, "b", BAD, f"it broke in {handle}"))
        costs.append((broke, _cost(world, saw(handle, "c", GOOD))))
    assert costs[1] == costs[2]


def test_a_rush_costs_as_many_statements_however_many_hear_of_it(
    database: Database, now: datetime
) -> None:
    names = ("solved", "voting", "chat")
    world = make_world(database, now, *names)
    world.report(*(saw(name, "a", GOOD) for name in names), host="h0")
    costs: list[int] = []
    for n, listeners in enumerate((1, 1, 30)):
        _nothing_waits(world)
        with database.write() as session:
            places = [
                Destination(platform="test", address=f"{n}-{place}", name="x")
                for place in range(listeners)
            ]
            session.add_all(places)
            session.flush()
            session.add_all(Subscription(destination_id=place.id or 0) for place in places)
        broken = (saw(name, f"b{n}", BAD, f"it broke in {name}") for name in names)
        costs.append(_cost(world, *broken, host=f"bad-{n}"))
        works = (saw(name, f"c{n}", GOOD) for name in names)
        world.report(*works, host=f"good-{n}")
    with database.read() as session:
        assert len(session.exec(select(Rush)).all()) == 1 + 2 + 32  # none in the local room
    assert costs[1] == costs[2]


def _nothing_waits(world: World) -> None:
    with world.database.write() as session:
        session.exec(update(Announcement).values(sent_at=world.now, turn=Turn.OVER))


def _cost(world: World, *seen: Observation, host: str = "h2") -> int:
    """How many statements recording it takes."""
    world.now += timedelta(days=2)
    with world.database.write() as session, counting(session) as statements:
        record(session, [world.a_report(*seen, host=host)], world.now)
        return len(statements)
