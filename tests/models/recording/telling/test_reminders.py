"""Guardians are reminded of what nobody takes care of, until somebody does."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from bench.listeners import counting
from models.database.engine import Database
from models.events.silence import RemindersDue
from models.messages.message import Buttons, Mention, Message
from models.record import record
from models.rules.care import Deed
from models.tables import Announcement, Destination, Subscription
from tests.models.messages.samples import said
from tests.staff import GUARDIAN, Staffed, staffed
from tests.watch import HOUR, Watch
from tests.world import BAD, GOOD, World, make_world, saw

PLUGINS = ("solved", "voting", "chat", "docs")


@pytest.fixture
def people(database: Database, now: datetime) -> Staffed:
    return staffed(make_world(database, now, *PLUGINS))


@pytest.fixture
def world(people: Staffed) -> World:
    return people.world


@pytest.fixture
def watch(world: World) -> Watch:
    return Watch(world)


def remind(world: World, after: timedelta) -> int:
    world.now += after
    with world.database.write() as session:
        (outcome,) = record(session, [RemindersDue(limit=50)], world.now)
    return outcome.number


def test_in_the_thread_of_its_card(world: World, watch: Watch) -> None:
    world.report(saw("solved", "p1", BAD))
    watch.told()
    assert remind(world, timedelta(minutes=59)) == 0
    assert [remind(world, HOUR / 60) for _ in range(3)] == [1, 0, 0]
    ((action, conversation, message),) = watch.told()
    assert (action, conversation, message.title) == (
        "reply",
        "incident:1",
        "Still broken and unassigned: solved (main)",
    )
    assert "Nobody has acknowledged it for 1 h" in said(message)
    assert [block.buttons[0] for block in message if isinstance(block, Buttons)] == [
        ("Acknowledge", "ack 1")
    ]
    assert [remind(world, HOUR) for _ in range(12)] == [0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0]


@pytest.mark.parametrize("deed", [Deed.ACKNOWLEDGE, Deed.CLAIM, Deed.MUTE])
def test_whoever_takes_care_ends_it(people: Staffed, deed: Deed) -> None:
    people.world.report(saw("solved", "p1", BAD))
    people.act(GUARDIAN, deed, "1", length=timedelta(days=1))
    assert remind(people.world, 5 * HOUR) == 0


def test_so_does_recovery_and_what_breaks_again_begins_anew(world: World) -> None:
    world.report(saw("solved", "p1", BAD))
    assert remind(world, 2 * HOUR) == 1
    world.report(saw("solved", "p2", GOOD), host="h2")
    assert remind(world, 3 * HOUR) == 0
    world.report(saw("solved", "p3", BAD), host="h3")
    assert [remind(world, HOUR), remind(world, HOUR)] == [1, 0]


def test_an_outbreak_is_one_reminder(world: World, watch: Watch) -> None:
    world.report(*(saw(name, "p0", GOOD) for name in PLUGINS), host="h0")
    world.report(*(saw(name, "p0", BAD) for name in PLUGINS), host="h1")
    watch.told()
    assert remind(world, HOUR) == 4
    ((action, conversation, message),) = watch.told()
    assert (action, conversation) == ("reply", "outbreak:1")
    assert message.title == "Still broken and unassigned: 4 incidents"
    assert [block.buttons for block in message if isinstance(block, Buttons)] == [
        (
            ("Acknowledge outbreak 1", "ack outbreak 1"),
            ("Claim outbreak 1", "claim outbreak 1"),
        )
    ]
    assert "Incident 4, docs (main) on tests-passed, for 1 h" in said(message)


def test_a_channel_can_turn_them_off(world: World, watch: Watch) -> None:
    with world.database.write() as session:
        session.exec(select(Destination)).one().reminders = False
    world.report(saw("solved", "p1", BAD))
    watch.told()
    remind(world, HOUR)
    assert watch.told() == []


def test_what_has_cards_of_its_own_is_told_in_one_message(world: World, watch: Watch) -> None:
    for name in PLUGINS[:2]:
        world.report(saw(name, "p1", BAD, f"{name} has an error of its own"))
    watch.told()
    assert remind(world, HOUR) == 2
    ((action, conversation, message),) = watch.told()
    assert (action, conversation.partition(":")[0]) == ("post", "reminder")
    assert message.title == "Still broken and unassigned: 2 incidents"
    assert "Incident 2, voting (main) on tests-passed, for 1 h" in said(message)


def test_reminders_stand_out_of_their_threads(world: World, watch: Watch) -> None:
    world.report(saw("solved", "p1", BAD))
    watch.told()
    remind(world, HOUR)
    assert world.announced()[-1].broadcast


def test_what_nobody_takes_care_of_is_escalated_once(world: World) -> None:
    with world.database.write() as session:
        for address, workspace in (("C-late", "T1"), ("C-far", "T-unknown")):
            session.add(
                Destination(
                    platform="slack",
                    address=address,
                    name=address,
                    workspace=workspace,
                    escalations=True,
                )
            )
    world.report(saw("solved", "p1", BAD))
    for _ in range(6):
        remind(world, HOUR)
    with world.database.read() as session:
        rows = session.exec(select(Announcement, Destination).join(Destination)).all()
    told = [
        (to.address, Message.from_json(row.message).title)
        for row, to in rows
        if row.conversation.startswith("escalated:")
    ]
    # A workspace that nobody admitted hears nothing of who takes care.
    assert told == [("C-late", "Nobody took care for 4 h: solved (main)")]


def test_whoever_takes_care_in_time_escalates_nothing(people: Staffed) -> None:
    world = people.world
    with world.database.write() as session:
        late = Destination(platform="slack", address="C-late", name="late", workspace="T1")
        late.escalations = True
        session.add(late)
    world.report(saw("solved", "p1", BAD))
    remind(world, HOUR)
    people.act(GUARDIAN, Deed.CLAIM, "1")
    remind(world, 6 * HOUR)
    assert not [row for row in world.announced() if row.conversation.startswith("escalated:")]


def test_many_cost_as_many_statements_as_few(world: World) -> None:
    """Reports wait for whoever writes."""
    with world.database.write() as session:
        for number in range(5):
            place = Destination(platform="test", address=f"C{number}", name="x")
            session.add(place)
            session.flush()
            session.add(Subscription(destination_id=place.id or 0))
    costs: list[int] = []
    reminded: list[int] = []
    for turn, handles in enumerate((PLUGINS[:1], PLUGINS[1:])):
        for handle in handles:
            world.report(saw(handle, f"p{turn}", BAD, f"NameError: {handle} is broken"))
        world.now += 2 * HOUR
        with world.database.write() as session, counting(session) as asked:
            (outcome,) = record(session, [RemindersDue(limit=50)], world.now)
            costs.append(len(asked))
        reminded.append(outcome.number)
    assert reminded == [1, 4], "the first one again"
    # Each has a note of its own, in two statements at the most, and is neither looked up nor told by itself.
    assert costs[1] <= costs[0] + 2 * 4, costs


def test_somebody_is_called_to_what_nobody_took_care_of_for_hours(
    world: World, watch: Watch
) -> None:
    with world.database.write() as session:
        session.exec(select(Destination)).one().mention = "group:S0123"
        session.add(
            Destination(
                platform="slack",
                address="C-late",
                name="late",
                workspace="T1",
                escalations=True,
                mention="user:U0123",
            )
        )
    world.report(saw("solved", "p1", BAD))
    watch.told()
    called = []
    for _ in range(13):
        remind(world, HOUR)
        called += [(conversation, message.calls) for _, conversation, message in watch.told()]
    reminded = [whom for conversation, whom in called if conversation == "incident:1"]
    escalated = [whom for conversation, whom in called if conversation.startswith("escalated:")]
    assert reminded == [None, Mention("S0123", is_group=True), None]
    assert escalated == [Mention("U0123")]
