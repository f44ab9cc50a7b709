"""A rush on Slack: few messages in the channel tell of every breakage, and all the errors stand in threads."""

import json
from datetime import datetime

import pytest

from bot.slack.sender import SlackSender
from models.database.engine import Database
from models.record import record
from models.tables import Destination, Subscription
from tests.bot.slack.test_incident import announcing, until, waiting
from tests.servers.slack import CHANNEL, SlackStandIn
from tests.world import BAD, make_world, saw

NAMES = tuple(f"plugin-{letter}" for letter in "abcdefgh")
# In a way of its own each, or they would be an outbreak.
WORDS = {name: f"cannot find {chr(ord('k') + n) * 4}" for n, name in enumerate(NAMES)}


async def test_a_rush_is_few_messages_in_the_channel_and_every_error_in_a_thread(
    database: Database, now: datetime, slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SlackSender, "seconds_between", 0.02)
    world = make_world(database, now, *NAMES)
    with database.write() as session:
        destination = Destination(platform="slack", address=CHANNEL, name="#ops", workspace="T1")
        session.add(destination)
        session.flush()
        session.add(Subscription(destination_id=destination.id))
    async with announcing(world, slack) as announcer:
        for name in NAMES:
            broken = world.a_report(saw(name, "p1", BAD, WORDS[name]), host=name)
            with database.write() as session:
                record(session, [broken], now)
            announcer.wake()
        await until(lambda: not waiting(world))
    messages = slack.messages[CHANNEL]
    posts = [message for message in messages if "thread_ts" not in message]
    errors = [message for message in messages if "thread_ts" in message]
    assert len(posts) < len(NAMES) - 2
    told = json.dumps(posts)
    assert all(name in told for name in NAMES)
    assert len(errors) == len(NAMES)
    assert {message["thread_ts"] for message in errors} == {message["ts"] for message in posts}
