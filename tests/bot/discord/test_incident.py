"""An incident from broken to fixed, over the wire: recorded, announced, and in the middle of it restarted."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime

import pytest
from sqlmodel import select

from bot.announcer import Announcer, AnnouncerPatience
from models.database.engine import Database
from models.rules.status import Verdict
from models.tables import Announcement, Destination
from tests.bot.discord.conftest import sending
from tests.servers.discord import CHANNEL, Discord, Trouble, limited, until
from tests.world import BAD, GOOD, World, make_world, saw


@pytest.fixture
def world(database: Database, now: datetime) -> World:
    """The room that a fresh database has is a channel of Discord's."""
    with database.write() as session:
        room = session.exec(select(Destination)).one()
        room.platform, room.address, room.name = "discord", CHANNEL, "alerts"
    return make_world(database, now, "events")


@asynccontextmanager
async def announcing(world: World, server: Discord) -> AsyncIterator[Announcer]:
    async with sending(server) as sender:
        announcer = Announcer(
            world.database, {"discord": sender}, AnnouncerPatience(first_retry=0.05)
        )
        running = asyncio.create_task(announcer.run())
        try:
            yield announcer
            announcer.wake()
            await until(lambda: all(row.sent_at for row in world.announced()), 30)
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running


async def report(world: World, sha: str, verdict: Verdict) -> None:
    await asyncio.to_thread(world.report, saw("events", sha, verdict), host=f"h{sha}")


async def test_from_broken_to_fixed_with_a_restart_in_the_middle(
    world: World, server: Discord
) -> None:
    async with announcing(world, server):
        await report(world, "p1", GOOD)
        await report(world, "p2", BAD)
    ((card, posted),) = server.messages[CHANNEL].items()
    assert posted["embeds"][0]["title"] == "❌ events (main) does not load on tests-passed"
    assert len(server.messages[card]) == 1
    async with announcing(world, server):
        await report(world, "p3", GOOD)
    assert (
        server.messages[CHANNEL][card]["embeds"][0]["title"]
        == "✅ events (main) works on tests-passed again"
    )
    backtrace, recovered = server.messages[card].values()
    assert backtrace["embeds"][0]["title"].startswith("Backtrace of events")
    assert recovered["embeds"][0]["title"].startswith("✅ Recovered")
    assert server.threads == {card: "events (main) does not load on tests-passed"}


async def test_a_bad_day_loses_nothing_and_repeats_nothing(world: World, server: Discord) -> None:
    server.trouble(
        "POST /channels/[0-9]+/messages$",
        limited(0.3),
        Trouble(500),
        Trouble(drop=True, accept=True),
        Trouble(502, accept=True),
    )
    server.trouble("threads$", Trouble(503, accept=True))
    async with announcing(world, server):
        await report(world, "p1", GOOD)
        await report(world, "p2", BAD)
    (card,) = server.messages[CHANNEL]
    assert len(server.messages[card]) == 1
    with world.database.read() as session:
        assert all(row.error is None for row in session.exec(select(Announcement)))
