"""Steps that are announced by the next transaction: nothing else is said than at once, and nothing is lost."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from models.database.engine import Database
from models.events import GuardReport, StepsLeft
from models.record import record
from models.recording.telling.unannounced import announce_later, leaves_steps
from models.rules.conversations import Conversation
from models.rules.status import Verdict
from models.tables import Incident, UnannouncedStep
from tests.world import BAD, GOOD, World, make_world, saw

NAMES = tuple(f"plugin-{letter}" for letter in "abcdef")
WORDS = dict(zip(NAMES, ("apple", "brook", "cloud", "dune", "ember", "fjord"), strict=True))
MakeWorld = Callable[[], World]


@pytest.fixture
def a_world(tmp_path: Path, sqlite_template: Path, now: datetime) -> Iterator[MakeWorld]:
    """Makes worlds on SQLite, which are alike, with plugins that all work."""
    with ExitStack() as stack:

        def make() -> World:
            path = tmp_path / f"{len(list(tmp_path.iterdir()))}.sqlite3"
            path.write_bytes(sqlite_template.read_bytes())
            database = stack.enter_context(closing(Database(f"sqlite:///{path}")))
            world = make_world(database, now, *NAMES)
            world.report(*(saw(name, "p1", GOOD) for name in NAMES))
            return world

        yield make


def a_report(world: World, *names: str, verdict: Verdict = BAD, alike: bool = False) -> GuardReport:
    """Of newer commits; what is not `alike` fails in a way of its own, so that it is no outbreak."""
    lines = [
        saw(
            name,
            "p2",
            verdict,
            None if alike else f"NoMethodError: undefined method `{WORDS[name]}' for nil",
        )
        for name in names
    ]
    return world.a_report(*lines, host=f"h{len(names)}")


def records_in_parts(world: World, report: GuardReport) -> bool:
    """Record it where steps may be announced later; whether some are."""
    with world.database.write() as session:
        announce_later(session)
        record(session, [report], world.now)
        return leaves_steps(session)


def said(world: World) -> list[tuple[str, str, str]]:
    return [(each.conversation, each.action, each.message) for each in world.announced()]


@pytest.mark.parametrize("alike", [False, True])
@pytest.mark.parametrize("verdict", [BAD, GOOD])
def test_what_is_announced_later_is_what_had_been_announced_at_once(
    a_world: MakeWorld, verdict: Verdict, *, alike: bool
) -> None:
    at_once, later = a_world(), a_world()
    if verdict is GOOD:
        for world in (at_once, later):
            world.report(*(saw(name, "p1", BAD) for name in NAMES), host="h2")
    before = said(later)
    for world in (at_once, later):
        world.now += timedelta(minutes=1)
    with at_once.database.write() as session:
        record(session, [a_report(at_once, *NAMES, verdict=verdict, alike=alike)], at_once.now)
    assert records_in_parts(later, a_report(later, *NAMES, verdict=verdict, alike=alike))
    assert said(later) == before
    with later.database.write() as session:
        record(session, [StepsLeft()], later.now)
    assert said(later) == said(at_once)
    assert len(said(later)) > len(before)


def test_few_steps_are_announced_at_once(a_world: MakeWorld) -> None:
    world = a_world()
    assert not records_in_parts(world, a_report(world, *NAMES[:2]))
    assert world.announced()


def test_whoever_announces_next_announces_first_what_was_left(a_world: MakeWorld) -> None:
    world = a_world()
    assert records_in_parts(world, a_report(world, *NAMES[1:]))
    assert not world.announced()
    world.record(a_report(world, NAMES[0]))
    opened = [int(Conversation(each.conversation).key) for each in world.announced()]
    assert opened == sorted(opened)
    assert len(set(opened)) == len(NAMES)
    with world.database.read() as session:
        assert not session.exec(select(UnannouncedStep)).all()


def test_what_is_gone_meanwhile_is_not_announced_and_the_rest_is(a_world: MakeWorld) -> None:
    world = a_world()
    assert records_in_parts(world, a_report(world, *NAMES))
    with world.database.write() as session:
        session.delete(session.exec(select(Incident)).first())
    world.record(StepsLeft())
    assert len({each.conversation for each in world.announced()}) == len(NAMES) - 1


def test_one_step_that_cannot_be_told_keeps_no_other_one_from_being_told(
    a_world: MakeWorld,
) -> None:
    world = a_world()
    assert records_in_parts(world, a_report(world, *NAMES[1:]))
    with world.database.write() as session:
        session.exec(select(Incident)).first().suspect = "a newer version's word"
    world.record(a_report(world, NAMES[0]))
    assert len({each.conversation for each in world.announced()}) == len(NAMES) - 1
    with world.database.read() as session:
        assert not session.exec(select(UnannouncedStep)).all()
