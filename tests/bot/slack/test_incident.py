"""An incident on Slack from broken to fixed: database, outbox, announcer and the real client, over the wire."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from bot.announcer import Announcer, AnnouncerPatience
from bot.slack.sender import SlackSender
from models.database.engine import Database
from models.tables import Announcement, Destination, Subscription, Workspace
from tests.bot.slack.conftest import sending
from tests.servers.slack import CHANNEL, Misbehaviour, SlackStandIn
from tests.waiting import LONG
from tests.world import BAD, GOOD, World, make_world, saw

EVENTS = "discourse-events"


# It waits as often as ever, but not as long.
IN_HASTE = AnnouncerPatience(first_retry=0.05, to_finish=0.2, lease=timedelta(seconds=1))


class Killed(Announcer):
    """Ends as a process does that is killed: what was sent last is marked by nobody."""

    async def _finish(self) -> None:
        self._thread.shutdown()


@pytest.fixture
def world(database: Database, now: datetime) -> World:
    with database.write() as session:
        for address in (CHANNEL, "C2"):
            destination = Destination(
                platform="slack", address=address, name=f"#{address}", workspace="T1"
            )
            session.add(destination)
            session.flush()
            session.add(Subscription(destination_id=destination.id))
        session.add(Workspace(platform="slack", workspace="T1", admitted_at=now))
    return make_world(database, now, EVENTS)


@asynccontextmanager
async def announcing(
    world: World, slack: SlackStandIn, kind: type[Announcer] = Announcer
) -> AsyncIterator[Announcer]:
    async with AsyncExitStack() as stack:
        sender: SlackSender = await stack.enter_async_context(sending(slack))
        announcer = kind(world.database, {"slack": sender}, IN_HASTE)
        running = asyncio.create_task(announcer.run())
        try:
            yield announcer
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running


def waiting(world: World, platform: str = "slack") -> int:
    with world.database.read() as session:
        rows = select(Announcement.id).join(Destination).where(Destination.platform == platform)
        return len(session.exec(rows.where(col(Announcement.sent_at).is_(None))).all())


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(LONG):
        while not condition():  # noqa: ASYNC110 - what is waited for stands in the database
            await asyncio.sleep(0.01)


def titles(messages: list[dict[str, Any]]) -> list[str]:
    return [message["text"].partition("\n")[0] for message in messages]


def broke(world: World) -> None:
    world.report(saw(EVENTS, "p1", GOOD))
    world.report(saw(EVENTS, "p1", BAD), host="h2")


def fixed(world: World) -> None:
    world.report(saw(EVENTS, "p2", GOOD), host="h2")


async def test_from_broken_to_fixed_with_a_restart_between(
    world: World, slack: SlackStandIn
) -> None:
    broke(world)
    async with announcing(world, slack):
        await until(lambda: waiting(world) == 0)
    card, whole = slack.messages[CHANNEL]
    assert card["text"].startswith(f"❌ {EVENTS}")
    assert whole["thread_ts"] == card["ts"]

    fixed(world)
    async with announcing(world, slack):
        await until(lambda: waiting(world) == 0)
    for channel in (CHANNEL, "C2"):
        card, whole, recovery = slack.messages[channel]
        assert card["text"].startswith(f"✅ {EVENTS}")
        assert card["edited"]
        assert (whole["thread_ts"], recovery["thread_ts"]) == (card["ts"], card["ts"])
        assert recovery["reply_broadcast"]
    assert len(slack.calls("chat.postMessage")) == 6
    assert len(slack.calls("chat.update")) == 2


async def test_a_card_that_was_deleted_comes_back_with_its_thread(
    world: World, slack: SlackStandIn
) -> None:
    broke(world)
    async with announcing(world, slack):
        await until(lambda: waiting(world) == 0)
        slack.messages[CHANNEL].clear()
        fixed(world)
        await until(lambda: waiting(world) == 0)
    card, recovery = slack.messages[CHANNEL]
    assert (card["text"][0], recovery["thread_ts"]) == ("✅", card["ts"])


async def test_killed_between_posting_and_marking_nothing_stands_twice(
    world: World, slack: SlackStandIn
) -> None:
    broke(world)
    async with announcing(world, slack, Killed):
        await until(lambda: bool(slack.messages[CHANNEL] and slack.messages["C2"]))
    async with announcing(world, slack):
        await until(lambda: waiting(world) == 0)
    assert [len(slack.messages[channel]) for channel in (CHANNEL, "C2")] == [2, 2]


@pytest.mark.parametrize(
    "wrong",
    [
        Misbehaviour(status=429, retry_after=0.3),
        Misbehaviour(status=503),
        Misbehaviour(error="internal_error"),
        Misbehaviour(drops=True),
        Misbehaviour(drops=True, does_it=True),
    ],
    ids=["429", "503", "internal_error", "dropped", "dropped after accepting"],
)
async def test_a_misbehaving_slack_gets_everything_once_and_in_order(
    wrong: Misbehaviour, world: World, slack: SlackStandIn
) -> None:
    slack.go_wrong("chat.postMessage", wrong, wrong, wrong)
    broke(world)
    async with announcing(world, slack):
        await until(lambda: waiting(world) == 0)
    for channel in (CHANNEL, "C2"):
        card, whole = slack.messages[channel]
        assert whole["thread_ts"] == card["ts"]


async def test_a_channel_that_hangs_keeps_no_other_waiting(
    world: World, slack: SlackStandIn
) -> None:
    slack.wrong_in["C2"] = Misbehaviour(hang=30)
    broke(world)
    async with announcing(world, slack):
        await until(lambda: len(slack.messages[CHANNEL]) == 2)
    assert not slack.messages["C2"]


async def test_what_an_archived_channel_would_have_heard_the_guardians_hear_with_a_word_why(
    world: World, slack: SlackStandIn
) -> None:
    slack.wrong_in["C2"] = Misbehaviour(error="is_archived")
    broke(world)
    async with announcing(world, slack):
        await until(lambda: len(slack.messages[CHANNEL]) == 3)
        fixed(world)
        await until(lambda: slack.messages[CHANNEL][0].get("edited", False))
    (notice,) = [message for message in slack.messages[CHANNEL] if "held back" in message["text"]]
    assert notice["text"].startswith("⚠️ Messages to #C2 (slack) are held back")
    assert "the channel is archived" in notice["text"]
    assert (
        len(slack.calls("chat.postMessage")) <= 6
    )  # the archived one was asked once a conversation


async def test_a_storm_of_changes_is_few_edits(world: World, slack: SlackStandIn) -> None:
    broke(world)
    async with announcing(world, slack):
        await until(lambda: waiting(world) == 0)
        slack.go_wrong("chat.update", *[Misbehaviour(status=429, retry_after=0.5)] * 2)
        for number in range(30):
            world.report(saw(EVENTS, f"p{number + 10}", BAD), host="h2")
        await until(lambda: waiting(world) == 0)
    assert len(slack.calls("chat.update")) <= 8
    assert [len(slack.messages[channel]) for channel in (CHANNEL, "C2")] == [2, 2]
