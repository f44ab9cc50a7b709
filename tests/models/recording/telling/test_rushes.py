"""Cards that would wait for each other become one list, which grows, stays true, and loses nothing."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import col, delete, select, update

from models import outbox
from models.database.engine import Database
from models.events.silence import RemindersDue
from models.messages.message import Items
from models.outbox import Claim
from models.record import record
from models.recording.telling.reminders import record_reminders
from models.rules.rushes import WAITING_CARDS
from models.tables import Announcement, Destination, Incident, Posting, Rush, Workspace
from tests.world import BAD, GOOD, World, make_world, on_a_paced_platform, saw

NAMES = tuple(f"plugin-{letter}" for letter in "abcdefghij")
MANY = WAITING_CARDS + 1


@pytest.fixture
def world(database: Database, now: datetime) -> World:
    world = make_world(database, now, *NAMES)
    on_a_paced_platform(database)
    world.report(*(saw(name, "p1", GOOD) for name in NAMES))
    send(world)
    return world


def breaks(world: World, *names: str, sha: str = "p2", seconds: float = 60) -> None:
    """Each in a way of its own, so that they are no outbreak; the host moved with them."""
    observations = [
        saw(name, sha, BAD, f"{name} cannot find its {sha} of {name}") for name in names
    ]
    world.now += timedelta(seconds=seconds)
    with world.database.write() as session:
        record(
            session, [world.a_report(*observations, host=f"h-{'-'.join(names)}-{sha}")], world.now
        )


def send(world: World, most: int = 100) -> list[Claim]:
    """Send what waits, up to so many messages."""
    sent: list[Claim] = []
    with world.database.write() as session:
        while len(sent) < most and (
            claims := outbox.claim(session, ["test"], world.now, most=min(most - len(sent), 20))
        ):
            outbox.mark_sent(
                session, [(claim, claim.reference or f"m{claim.id}") for claim in claims], world.now
            )
            sent += claims
    return sent


def posts(sent: list[Claim]) -> list[str]:
    return [claim.message.title for claim in sent if claim.action == Posting.POST]


def listed(claim: Claim) -> str:
    (items,) = [block for block in claim.message.blocks if isinstance(block, Items)]
    return "\n".join(items.items)


def test_few_are_cards_of_their_own(world: World) -> None:
    breaks(world, *NAMES[:WAITING_CARDS])
    assert len(posts(send(world))) == WAITING_CARDS
    breaks(world, *NAMES[2:4])
    assert len(posts(send(world))) == WAITING_CARDS


def test_in_the_local_room_nothing_waits_and_each_has_its_card(
    database: Database, now: datetime
) -> None:
    world = make_world(database, now, *NAMES)
    world.report(*(saw(name, "p1", GOOD) for name in NAMES))
    breaks(world, *NAMES)
    cards = [row for row in world.announced() if row.action == Posting.POST]
    assert [row.conversation for row in cards] == [
        f"incident:{number}" for number in range(1, len(NAMES) + 1)
    ]


def test_many_are_one_list_and_what_follows_at_once_is_an_edit_of_it(world: World) -> None:
    breaks(world, *NAMES[:MANY])
    sent = send(world)
    assert posts(sent) == [f"{MANY} plugins broke within a short time"]
    for number, name in enumerate(NAMES[:MANY], 1):
        assert f"{name} (main, incident {number})" in listed(sent[0])
    # Its thread has the errors, each with its plugin's name.
    assert [claim.message.title for claim in sent[1:]] == [
        f"Backtrace of {name} (main)" for name in NAMES[:MANY]
    ]
    assert {claim.reference for claim in sent[1:]} == {f"m{sent[0].id}"}
    breaks(world, NAMES[MANY], seconds=1)
    edit, reply = send(world)
    assert (edit.action, edit.reference) == (Posting.EDIT, f"m{sent[0].id}")
    assert f"{NAMES[MANY]} (main, incident {MANY + 1})" in listed(edit)
    assert reply.reference == f"m{sent[0].id}"


def test_cards_that_wait_already_join_with_their_replies(world: World) -> None:
    breaks(world, NAMES[0])
    first, *_ = send(world, most=1)
    for name in NAMES[1 : MANY + 1]:
        breaks(world, name, seconds=1)
    sent = send(world)
    assert posts(sent) == [f"{MANY} plugins broke within a short time"]
    assert NAMES[0] not in listed(next(each for each in sent if each.action == Posting.POST))
    replies = [claim for claim in sent if claim.action == Posting.REPLY]
    assert sorted(claim.message.title for claim in replies) == [
        f"Backtrace of {name} (main)" for name in NAMES[: MANY + 1]
    ]
    assert sum(claim.conversation == first.conversation for claim in replies) == 1


def test_the_list_stays_true_and_its_thread_tells_what_becomes_of_each(world: World) -> None:
    breaks(world, *NAMES[:MANY])
    (card, *_) = send(world)
    world.report(saw(NAMES[0], "p3", GOOD), host="h9")
    edit, reply = send(world)
    assert f"✓ works again: {NAMES[0]} (main, incident 1)" in listed(edit)
    assert NAMES[0] in reply.message.title
    assert (reply.action, reply.broadcast, reply.reference) == (Posting.REPLY, True, f"m{card.id}")
    world.report(*(saw(name, "p3", GOOD) for name in NAMES[1:MANY]), host="h9")
    over = next(claim for claim in send(world) if claim.action == Posting.EDIT)
    assert (
        over.message.title
        == f"None is broken any more of {MANY} plugins that broke within a short time"
    )


def test_what_breaks_anew_after_the_rush_gets_a_card_and_before_does_not(world: World) -> None:
    breaks(world, *NAMES[:MANY])
    send(world)
    breaks(world, NAMES[0], sha="p3", seconds=1)
    assert posts(send(world)) == []
    breaks(world, NAMES[0], sha="p4", seconds=61)
    assert posts(send(world)) == [f"{NAMES[0]} (main) does not load on tests-passed"]
    # From then on that is where it is told, and the list stays true beside it.
    world.report(saw(NAMES[0], "p5", GOOD), host="h9")
    sent = send(world)
    edited = {claim.conversation for claim in sent if claim.action == Posting.EDIT}
    assert edited == {"incident:1", "rush:1"}
    assert [c.conversation for c in sent if c.action == Posting.REPLY] == ["incident:1"]


def test_a_later_rush_is_another_list(world: World) -> None:
    breaks(world, *NAMES[:MANY])
    send(world)
    breaks(world, *NAMES[MANY : 2 * MANY], seconds=61)
    assert posts(send(world)) == [f"{MANY} plugins broke within a short time"]
    with world.database.read() as session:
        assert len(session.exec(select(Rush)).all()) == 2


def test_a_list_that_is_full_is_followed_by_another(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.rules.rushes.LIST_LETTERS", 100)
    breaks(world, *NAMES)
    sent = [claim for claim in send(world) if claim.action == Posting.POST]
    assert len(sent) == 3
    told = "\n".join(map(listed, sent))
    assert all(told.count(f"{name} (main, ") == 1 for name in NAMES)


def test_a_reminder_finds_the_list(world: World) -> None:
    with world.database.write() as session:
        session.exec(select(Destination)).one().reminders = True
    breaks(world, *NAMES[:MANY])
    (card, *_) = send(world)
    world.now += timedelta(hours=2)
    with world.database.write() as session:
        record_reminders(session, RemindersDue(10), world.now)
    (reminder,) = send(world)
    assert (reminder.action, reminder.reference) == (Posting.REPLY, f"m{card.id}")


@pytest.mark.parametrize("admitted", [True, False])
def test_a_list_tells_those_inside_alone_who_takes_care(world: World, admitted: bool) -> None:
    if not admitted:
        with world.database.write() as session:
            session.exec(delete(Workspace))
    breaks(world, *NAMES[:MANY])
    send(world)
    with world.database.write() as session:
        session.exec(update(Incident).where(col(Incident.id) == 1).values(owner="Ada"))
    breaks(world, NAMES[MANY], seconds=1)
    (edit, *_) = send(world)
    assert edit.action == Posting.EDIT
    assert ("owned by Ada" in listed(edit)) == admitted


def test_the_list_says_which_host_branches_share_a_card(world: World) -> None:
    breaks(world, *NAMES[:MANY])
    send(world)
    joins = saw(NAMES[0], "p2", BAD, f"{NAMES[0]} cannot find its p2 of {NAMES[0]}")
    world.now += timedelta(seconds=1)
    with world.database.write() as session:
        record(session, [world.a_report(joins, host="other", branch="stable")], world.now)
    (edit, *_) = send(world)
    assert edit.action == Posting.EDIT
    assert f"does not load on stable: {NAMES[0]} (main, incident {MANY + 1})" in listed(edit)


def test_what_is_on_its_way_stays_a_card(world: World) -> None:
    breaks(world, *NAMES[:WAITING_CARDS])
    with world.database.write() as session:
        held = outbox.claim(session, ["test"], world.now)
    breaks(world, NAMES[2], seconds=1)
    with world.database.write() as session:
        outbox.mark_sent(session, [(claim, f"m{claim.id}") for claim in held], world.now)
    sent = send(world)
    (card,) = [claim for claim in sent if claim.action == Posting.POST]
    assert card.conversation == "rush:1"
    assert NAMES[0] not in listed(card)
    with world.database.read() as session:
        rows = session.exec(select(Announcement).where(col(Announcement.sent_at).is_(None))).all()
    assert not rows
