"""Digests: what each destination is told, once a local day or week, however many processes send and die."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, select

from models.database.engine import Database
from models.events import Event
from models.events.following import ChannelStyle, Following
from models.events.silence import DigestWish
from models.messages.message import Message, Tone
from models.record import record
from models.rules.authority import Role
from models.rules.care import Deed
from models.rules.digest import Digest
from models.rules.people import Actor
from models.rules.places import Place
from models.rules.silence import Trouble
from models.rules.watched import WatchedKind
from models.tables import Announcement, Destination, DigestSent, RoleGrant, WatchedIncident
from tests import asking
from tests.digesting import digests_due
from tests.models.messages.samples import said
from tests.staff import GUARDIAN, Staffed, answer, staffed
from tests.world import BAD, GOOD, World, make_world, saw


class Killed(BaseException):
    """What ends a transaction before it commits."""


HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MONA = Place("slack", "U-mona", "Mona", is_person=True)
CHANNEL = Place("slack", "C1", "#plugins")


@pytest.fixture
def people(database: Database) -> Staffed:
    """The evening of a Sunday; the local room is the guardians' channel."""
    return staffed(
        make_world(database, datetime(2026, 3, 15, 20, 0, tzinfo=UTC), "solved", "voting", "chat")
    )


@pytest.fixture
def world(people: Staffed) -> World:
    return people.world


def send(world: World) -> int:
    with world.database.read() as session:
        due = digests_due(session, world.now)
    with world.database.write() as session:
        (outcome,) = record(session, [due], world.now)
    return outcome.number


def at(world: World, hour: int, minute: int = 0, days: int = 0) -> None:
    world.now = (world.now + days * DAY).replace(hour=hour, minute=minute, second=0)


def say(world: World, event: Event) -> Message:
    with world.database.write() as session:
        (outcome,) = record(session, [event], world.now)
    return answer(outcome)


def digests(world: World) -> list[tuple[str, Message]]:
    """By the address that gets it, oldest first."""
    with world.database.read() as session:
        rows = (
            select(Announcement, Destination.address)
            .join(Destination)
            .order_by(col(Announcement.id))
        )
        return [
            (address, Message.from_json(row.message))
            for row, address in session.exec(
                rows.where(col(Announcement.conversation).startswith("digest:"))
            )
        ]


def test_guardians_get_one_a_day_with_all_that_matters(people: Staffed) -> None:
    world = people.world
    world.report(saw("solved", "p1", BAD), saw("voting", "p1", BAD))
    assert send(world) == 1  # the first look only begins; nothing that was due before is sent
    assert digests(world) == []
    people.act(GUARDIAN, Deed.CLAIM, "solved")
    at(world, 8, 59, days=1)
    assert send(world) == 0
    world.report(saw("chat", "p1", BAD, "it broke"), host="h2")
    world.report(saw("voting", "p2", GOOD), host="h2")
    with world.database.write() as session:
        session.add(
            WatchedIncident(
                source=WatchedKind.CRON,
                name="backup",
                trouble=Trouble.NEVER,
                opened_at=world.now,
                updated_at=world.now,
            )
        )
    at(world, 9, 2)
    assert send(world) == 1
    ((address, message),) = digests(world)
    assert (address, message.tone) == ("room", Tone.BROKEN)
    assert (
        message.title
        == "Today: 1 newly broken, 1 still broken, 1 fixed and 1 silent or failing source"
    )
    words = said(message)
    assert words.index("Newly broken:") < words.index("chat (main)") < words.index("Still broken:")
    assert (
        words.index("solved (main)")
        < words.index("owned by Gil")
        < words.index("Unowned: incident 3.")
    )
    assert "voting (main) on tests-passed, after " in words
    assert "The cron job backup has never reported" in words
    at(world, 23, 59)
    assert send(world) == 0


def test_a_quiet_day_is_one_line(world: World) -> None:
    send(world)
    at(world, 9, 0, days=1)
    send(world)
    ((_, message),) = digests(world)
    assert (
        message.title
        == "All well: nothing is known to be broken. Without a recent report: 3 of 3 plugins"
    )
    assert (message.tone, message.blocks) == (Tone.HEALTHY, ())


def test_after_a_pause_only_the_newest_is_sent_and_tells_of_two_days(world: World) -> None:
    send(world)
    world.report(saw("solved", "p1", BAD))
    world.report(saw("solved", "p2", GOOD))
    at(world, 17, 0, days=5)
    assert send(world) == 1
    ((_, message),) = digests(world)
    assert message.title.startswith("All well")
    at(world, 9, 0, days=1)
    send(world)
    assert len(digests(world)) == 2


def test_a_person_gets_theirs_by_wish_at_their_own_time_and_only_if_there_is_something(
    world: World,
) -> None:
    say(
        world,
        Following(Actor("slack", "T1", "U-mona", "Mona"), MONA, asking.wanted("me", "voting")),
    )
    mona = Actor("slack", "T1", "U-mona", "Mona")
    assert say(world, DigestWish(mona, MONA, asking.digest())).title == "Your digest: none"
    shown = say(world, DigestWish(mona, MONA, asking.digest("08:30", "in", "Europe/Berlin")))
    assert shown.title == "Your digest is now: weekly on Mondays at 08:30, Europe/Berlin"
    send(world)
    world.report(saw("solved", "p1", BAD))
    at(world, 7, 29, days=1)
    assert send(world) == 0
    at(world, 7, 30)  # 08:30 in Berlin, on a Monday
    assert send(world) == 1
    assert digests(world) == []  # of what Mona follows nothing is broken
    world.report(saw("voting", "p1", BAD))
    at(world, 6, 30, days=7)  # and now summer time has... not begun yet
    assert [address for address, _ in digests(world)] == []
    at(world, 7, 31)
    send(world)
    ((_, message),) = [each for each in digests(world) if each[0] == "U-mona"]
    assert message.title == "This week: 1 newly broken"
    assert "solved" not in said(message)
    at(world, 6, 30, days=7)  # summer time
    send(world)
    assert [each[1].title for each in digests(world) if each[0] == "U-mona"][1:] == [
        "This week: 1 still broken"
    ]
    say(world, DigestWish(mona, MONA, asking.digest("off")))
    at(world, 12, 0, days=7)
    send(world)
    assert len([each for each in digests(world) if each[0] == "U-mona"]) == 2


def test_a_channel_says_when_if_its_speaker_may(world: World) -> None:
    with world.database.write() as session:
        session.add(
            RoleGrant(
                platform="slack",
                workspace="T1",
                kind="user",
                holder="U9",
                role=Role.GUARDIAN,
                granted_at=world.now,
            )
        )
    guardian, stranger = Actor("slack", "T1", "U9", "Gail"), Actor("slack", "T1", "U8", "Sam")
    words = ["digest", "09:00", "Europe/Berlin", "reminders", "off"]
    assert (
        say(world, ChannelStyle(stranger, CHANNEL, asking.style(*words))).title
        == "You may not do that here"
    )
    assert (
        say(world, DigestWish(stranger, CHANNEL, asking.digest("daily"))).title
        == "You may not do that here"
    )
    shown = said(say(world, ChannelStyle(guardian, CHANNEL, asking.style(*words))))
    assert "Digest\ndaily at 09:00, Europe/Berlin\nReminders\nnone" in shown
    say(world, Following(guardian, CHANNEL, asking.wanted("solved")))
    send(world)
    world.report(saw("solved", "p1", BAD))
    at(world, 8, 0, days=1)
    send(world)
    assert [address for address, _ in digests(world)] == ["C1"]
    again = said(say(world, ChannelStyle(guardian, CHANNEL, asking.style("digest", "off"))))
    assert "Digest\nnone" in again


def test_many_processes_send_a_digest_once(world: World) -> None:
    send(world)
    for day in range(3):
        at(world, 9, 0, days=1)
        with ThreadPoolExecutor(6) as threads:
            numbers = list(threads.map(lambda _: send(world), range(6)))
        assert sum(numbers) == 1
        assert len(digests(world)) == day + 1


def test_a_process_that_dies_has_sent_nothing_and_another_one_sends(world: World) -> None:
    send(world)
    at(world, 9, 0, days=1)
    with suppress(Killed), world.database.write() as session:
        record(session, [digests_due(session, world.now)], world.now)
        raise Killed
    assert digests(world) == []
    assert send(world) == 1
    assert len(digests(world)) == 1


def test_moving_the_time_makes_no_second_one_of_a_day(world: World) -> None:
    send(world)
    at(world, 9, 0, days=1)
    send(world)
    guardian = GUARDIAN
    for words in (
        "digest 10:00",
        "digest 08:00 Asia/Tokyo",
        "digest weekly",
        "digest daily 09:30 UTC",
    ):
        say(
            world,
            ChannelStyle(
                guardian, Place("local", "room", "Local room"), asking.style(*words.split())
            ),
        )
        at(world, 23, 0)
        send(world)
        world.now -= 10 * HOUR
    days = len({message.title for _, message in digests(world)})
    assert days == 1
    with world.database.read() as session:
        room = session.exec(select(Destination).where(Destination.address == "room")).one()
        slots = session.exec(
            select(DigestSent.slot).where(DigestSent.destination_id == room.id)
        ).all()
    assert (room.digest, room.digest_at) == (Digest.DAILY, 570)
    assert len(digests(world)) <= 2
    assert sorted(slots)[:2] == ["2026-03-15", "2026-03-16"]


def test_a_digest_that_another_process_sent_meanwhile_is_not_sent_again(world: World) -> None:
    send(world)
    at(world, 9, 0, days=1)
    with world.database.read() as session:
        due = digests_due(session, world.now)
    assert [world.record(due)[0].number for _ in range(2)] == [1, 0]
    assert len(digests(world)) == 1
